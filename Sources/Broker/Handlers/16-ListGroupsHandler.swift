import KafkaProtocol

/// The groups coordinated by this broker; COORDINATOR_LOAD_IN_PROGRESS while some are still being read.
struct ListGroupsHandler {
    let groups: GroupRuntime

    func handle(_ request: Request<ListGroupsRequest>) {
        var response = ListGroupsResponse()
        if groups.partitions.isLoading {
            response.errorCode = .coordinatorLoadInProgress
        } else {
            response.groups = groups.partitions.allActive.flatMap {
                $0.coordinator.list(states: request.body.statesFilter, types: request.body.typesFilter)
            }
        }
        request.reply(response)
    }
}
