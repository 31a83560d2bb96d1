import NIOCore
import NIOPosix

/// Work that would block the loop (fdatasync, deletes, compaction), done elsewhere with the result brought back.
package protocol Background: AnyObject {
    /// Runs `work` off the loop, then `done` on the loop. Works run in no particular order.
    func run<T: Sendable>(_ work: @escaping @Sendable () -> T, then done: @escaping (T) -> Void)
}

/// Work on threads of its own pool.
package final class PoolBackground: Background {
    private let pool: NIOThreadPool
    private let loop: any EventLoop

    package init(loop: any EventLoop, threads: Int) {
        self.loop = loop
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    package func run<T: Sendable>(_ work: @escaping @Sendable () -> T, then done: @escaping (T) -> Void) {
        pool.runIfActive(eventLoop: loop) { work() }.assumeIsolated().whenSuccess(done)
    }

    /// Lets running work end; nothing is taken on afterwards.
    package func stop() { pool.shutdownGracefully { _ in } }
}
