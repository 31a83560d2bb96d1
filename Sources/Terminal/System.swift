import Glibc

/// Whether a descriptor is a terminal.
func isatty(_ descriptor: Int32) -> Bool {
    Glibc.isatty(descriptor) == 1
}

/// Closes a descriptor when there is one.
func closeDescriptor(_ descriptor: Int32) {
    if descriptor >= 0 { Glibc.close(descriptor) }
}

/// Starts a thread of its own.
///
/// - Throws: `TerminalError.system` when the system has none to give.
func spawnThread(_ body: @escaping @Sendable () -> Void) throws {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        }, box.toOpaque())
    if failure != 0 {
        box.release()
        throw TerminalError.system("the screen's thread could not start (error \(failure))")
    }
    pthread_detach(thread)
}
