import ClusterMetadata
import Coordinators
import KafkaProtocol
import NIOCore
import TestSupport

/// Drives a coordinator as clients and a log would, and writes down what is said, one line per message.
final class CoordinatorScript {
    var config: GroupConfig
    var coordinator: GroupCoordinator
    var now: Timestamp = 1_700_000_000_000
    let start: Timestamp = 1_700_000_000_000
    /// Appends are committed at once; otherwise call `commit` or `fail`.
    var committing = true
    var exists: (TopicPartition) -> Bool = { _ in true }
    /// What joins are held against.
    var image = MetadataImage()
    private(set) var log: [GroupRecord] = []
    /// What a loader does with each write of the log.
    private var replays: [(inout GroupLoader) -> Void] = []
    private(set) var appended: [WriteToken] = []
    private(set) var replies: [RequestToken: GroupResponse] = [:]
    private(set) var transcript: [String] = []
    private var names: [RequestToken: String] = [:]
    private var nextToken: RequestToken = 0
    private var nonce: UInt64 = 0

    init(_ change: (inout GroupConfig) -> Void = { _ in }) {
        config = GroupConfig()
        config.initialRebalanceDelayMs = 0
        change(&config)
        coordinator = GroupCoordinator(config: config, now: now)
    }

    var text: String { transcript.joined(separator: "\n") }

    func note(_ line: String) { transcript.append(line) }

    // MARK: Time and the log

    /// Lets time pass in the steps that the coordinator asks for.
    func advance(_ milliseconds: Int64) {
        let end = now + milliseconds
        while let deadline = coordinator.nextDeadline, deadline <= end {
            now = max(now, deadline)
            take(coordinator.tick(now: now))
        }
        now = end
    }

    func commit() {
        guard let last = appended.last else { return }
        appended = []
        take(coordinator.committed(through: last, now: now))
    }

    func fail(_ error: ErrorCode) {
        while !appended.isEmpty {
            let failed = appended.removeFirst()
            take(coordinator.writeFailed(failed, error: error, now: now))
        }
    }

    /// Another broker takes over: a new coordinator from the log.
    func reload() {
        take(coordinator.resign(now: now))
        var loader = GroupLoader(config: config)
        for replay in replays { replay(&loader) }
        let (loaded, effects) = loader.finish(now: now)
        coordinator = loaded
        note("-- loaded from the log")
        take(effects)
    }

    func take(_ effects: [GroupEffect]) {
        for effect in effects {
            switch effect {
            case .append(let records, let token):
                write(records, token) { loader in for record in records { loader.replay(record) } }
            case .appendTransactional(let records, let producerID, _, let token):
                write(records, token) { loader in for record in records { loader.replay(record, in: producerID) } }
            case .appendMarker(let marker, let token): write([], token) { $0.replay(marker) }
            case .reply(let token, let response):
                precondition(replies[token] == nil, "answered twice")
                replies[token] = response
                let name = names[token] ?? "?"
                for line in Transcript.lines(response) { transcript.append("\(name) < \(line)") }
            }
        }
        if let deadline = coordinator.nextDeadline, deadline <= now { take(coordinator.tick(now: now)) }
    }

    private func write(
        _ records: [GroupRecord], _ token: WriteToken, _ replay: @escaping (inout GroupLoader) -> Void
    ) {
        appended.append(token)
        guard committing else { return pendingRecords += records }
        log += records
        replays.append(replay)
        appended = []
        take(coordinator.committed(through: token, now: now))
    }

    var pendingRecords: [GroupRecord] = []

    // MARK: Clients

    func token(_ name: String, _ line: String) -> RequestToken {
        nextToken += 1
        names[nextToken] = name
        transcript.append("\(name) > \(line)")
        return nextToken
    }

    @discardableResult
    func join(
        _ name: String, id: String = "", group: String = "g", instance: String? = nil, version: Int16 = 9,
        protocols: [String] = ["range"], metadata: String = "m", blob: ByteBuffer? = nil, type: String = "consumer",
        session: Int32 = 10_000, rebalance: Int32 = 60_000
    ) -> RequestToken {
        let token = token(name, "Join " + (instance.map { "[\($0)] " } ?? "") + Transcript.short(id))
        nonce += 1
        var request = JoinGroupRequest()
        request.groupID = group
        request.memberID = id
        request.groupInstanceID = instance
        request.sessionTimeoutMs = session
        request.rebalanceTimeoutMs = rebalance
        request.protocolType = type
        request.protocols = protocols.map { .init(name: $0, metadata: blob ?? ByteBuffer(string: metadata)) }
        let client = GroupClient(clientID: name, host: "/10.0.0.1", nonce: UUID(high: 0, low: nonce))
        take(
            coordinator.joinGroup(request, version: version, from: client, image: image, token: token, now: now))
        return token
    }

    /// Both Joins of a dynamic member; the second may stay parked.
    func enter(_ name: String, group: String = "g", protocols: [String] = ["range"]) -> (id: String, join: RequestToken)
    {
        let first = join(name, group: group, protocols: protocols)
        let id = joined(first)?.memberID ?? ""
        return (id, join(name, id: id, group: group, protocols: protocols))
    }

    @discardableResult
    func sync(
        _ name: String, _ id: String, generation: Int32, group: String = "g", instance: String? = nil,
        assignments: [String: String] = [:]
    ) -> RequestToken {
        sync(
            name, id, generation: generation, group: group, instance: instance,
            blobs: assignments.mapValues { ByteBuffer(string: $0) })
    }

    @discardableResult
    func sync(
        _ name: String, _ id: String, generation: Int32, group: String = "g", instance: String? = nil,
        blobs assignments: [String: ByteBuffer]
    ) -> RequestToken {
        let token = token(name, "Sync generation \(generation)" + (assignments.isEmpty ? "" : " with assignments"))
        var request = SyncGroupRequest()
        request.groupID = group
        request.memberID = id
        request.groupInstanceID = instance
        request.generationID = generation
        request.assignments = assignments.sorted { $0.key < $1.key }.map {
            .init(memberID: $0.key, assignment: $0.value)
        }
        take(coordinator.syncGroup(request, token: token, now: now))
        return token
    }

    @discardableResult
    func heartbeat(_ name: String, _ id: String, generation: Int32, group: String = "g", instance: String? = nil)
        -> ErrorCode?
    {
        let token = token(name, "Heartbeat generation \(generation)")
        var request = HeartbeatRequest()
        request.groupID = group
        request.memberID = id
        request.generationID = generation
        request.groupInstanceID = instance
        take(coordinator.heartbeat(request, token: token, now: now))
        guard case .heartbeat(let response)? = replies[token] else { return nil }
        return response.errorCode
    }

    @discardableResult
    func leave(_ name: String, _ members: [LeaveGroupRequest.MemberIdentity], group: String = "g", version: Int16 = 5)
        -> LeaveGroupResponse?
    {
        let token = token(name, "Leave \(members.map { Transcript.short($0.memberID) }.joined(separator: " "))")
        var request = LeaveGroupRequest()
        request.groupID = group
        request.members = members
        request.memberID = members.first?.memberID ?? ""
        take(coordinator.leaveGroup(request, version: version, token: token, now: now))
        guard case .leaveGroup(let response)? = replies[token] else { return nil }
        return response
    }

    @discardableResult
    func commitOffset(
        _ name: String, _ offset: Offset, id: String = "", generation: Int32 = -1, group: String = "g",
        instance: String? = nil, topic: String = "t", partition: Int32 = 0, metadata: String? = nil, version: Int16 = 9,
        retention: Int64 = -1
    ) -> ErrorCode? {
        let token = token(name, "Commit \(topic)-\(partition) at \(offset)")
        var request = OffsetCommitRequest(offset, of: topic, [partition], group: group, metadata: metadata)
        request.generationIDOrMemberEpoch = generation
        request.memberID = id
        request.groupInstanceID = instance
        request.retentionTimeMs = retention
        take(coordinator.commitOffsets(request, version: version, token: token, now: now, exists: exists))
        return committed(token)
    }

    func committed(_ token: RequestToken) -> ErrorCode? {
        guard case .offsetCommit(let response)? = replies[token] else { return nil }
        return response.topics.first?.partitions.first?.errorCode
    }

    func delete(_ groups: [String]) -> [ErrorCode]? {
        let token = token("admin", "Delete \(groups.joined(separator: " "))")
        take(coordinator.deleteGroups(groups, token: token, now: now))
        guard case .deleteGroups(let results)? = replies[token] else { return nil }
        return results.map(\.errorCode)
    }

    func deleteOffset(_ topic: String, _ partition: Int32 = 0, group: String = "g") -> OffsetDeleteResponse? {
        let token = token("admin", "DeleteOffset \(topic)-\(partition)")
        var request = OffsetDeleteRequest()
        request.groupID = group
        request.topics = [NamedTopic(topic, [.init(partitionIndex: partition)])]
        take(coordinator.deleteOffsets(request, token: token, now: now, exists: exists))
        guard case .offsetDelete(let response)? = replies[token] else { return nil }
        return response
    }

    // MARK: Questions

    func joined(_ token: RequestToken) -> JoinGroupResponse? {
        guard case .joinGroup(let response)? = replies[token] else { return nil }
        return response
    }

    func synced(_ token: RequestToken) -> SyncGroupResponse? {
        guard case .syncGroup(let response)? = replies[token] else { return nil }
        return response
    }

    func isParked(_ token: RequestToken) -> Bool { replies[token] == nil }

    func state(_ group: String = "g") -> String { coordinator.describe(group, version: 5).groupState }

    /// The committed offset; −1 without one.
    func offset(_ topic: String = "t", _ partition: Int32 = 0, group: String = "g") -> Offset? {
        coordinator.fetchOffsets(of: group, topics: [.init(topic, partition)])
            .topics.first?.partitions.first?.committedOffset
    }
}

/// Messages as short lines.
enum Transcript {
    /// Member ids as `client#number`: their random half is a counter in tests.
    static func short(_ id: String) -> String {
        guard id.count > 36, let number = UInt64(id.suffix(12), radix: 16) else { return id.isEmpty ? "anew" : id }
        return "\(id.dropLast(37))#\(number)"
    }

    static func lines(_ response: GroupResponse) -> [String] {
        switch response {
        case .joinGroup(let answer):
            if answer.errorCode != .none {
                return [
                    answer.errorCode.name + (answer.errorCode == .memberIdRequired ? " " + short(answer.memberID) : "")
                ]
            }
            var line = "generation \(answer.generationID), \(answer.protocolName ?? "-")"
            line += answer.leader == answer.memberID ? ", leads" : ", follows \(short(answer.leader))"
            if answer.skipAssignment { line += ", keeps the assignment" }
            if !answer.members.isEmpty {
                line += " of " + answer.members.map { short($0.memberID) }.joined(separator: " ")
            }
            return [line]
        case .syncGroup(let answer):
            return [
                answer.errorCode == .none ? "assigned '\(String(buffer: answer.assignment))'" : answer.errorCode.name
            ]
        case .heartbeat(let answer): return [answer.errorCode.name]
        case .consumerGroupHeartbeat(let answer): return [answer.errorCode.name]
        case .leaveGroup(let answer):
            if answer.errorCode != .none || answer.members.isEmpty { return [answer.errorCode.name] }
            return answer.members.map(\.errorCode.name)
        case .offsetCommit(let answer): return answer.topics.flatMap { $0.partitions.map(\.errorCode.name) }
        case .txnOffsetCommit(let answer): return answer.topics.flatMap { $0.partitions.map(\.errorCode.name) }
        case .transactionEnded(let error): return [error.name]
        case .deleteGroups(let results): return results.map(\.errorCode.name)
        case .offsetDelete(let answer):
            return answer.errorCode == .none
                ? answer.topics.flatMap { $0.partitions.map(\.errorCode.name) } : [answer.errorCode.name]
        }
    }
}
