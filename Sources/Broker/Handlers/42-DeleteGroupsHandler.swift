import Coordinators
import KafkaProtocol

/// Deletes groups without members. Groups of one partition go in one write; the answer comes when all are settled.
struct DeleteGroupsHandler {
    /// The answer as it comes together.
    private final class Collected {
        var results: [String: ErrorCode] = [:]
        var outstanding = 1
    }

    let groups: GroupRuntime

    func handle(_ request: Request<DeleteGroupsRequest>) {
        var seen: Set<String> = []
        let names = request.body.groupsNames.filter { seen.insert($0).inserted }
        let collected = Collected()
        var byPartition: [Int32: (active: GroupRuntime.Active, names: [String])] = [:]
        for name in names {
            switch groups.coordinator(of: name) {
            case .failure(let error): collected.results[name] = error
            case .success(let active):
                byPartition[active.partition.partition, default: (active, [])].names.append(name)
            }
        }
        let settle = {
            collected.outstanding -= 1
            guard collected.outstanding == 0 else { return }
            var response = DeleteGroupsResponse()
            response.results = names.map {
                .init(groupID: $0, errorCode: collected.results[$0] ?? .unknownServerError)
            }
            request.reply(response)
        }
        for (_, part) in byPartition.sorted(by: { $0.key < $1.key }) {
            collected.outstanding += 1
            groups.submit(to: part.active) { coordinator, token, now in
                coordinator.deleteGroups(part.names, token: token, now: now)
            } answer: {
                if case .deleteGroups(let results) = $0 {
                    for result in results { collected.results[result.groupID] = result.errorCode }
                }
                settle()
            }
        }
        settle()
    }
}
