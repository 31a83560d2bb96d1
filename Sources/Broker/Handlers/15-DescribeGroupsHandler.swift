import KafkaProtocol

/// State and members of classic groups coordinated here.
struct DescribeGroupsHandler {
    let groups: GroupRuntime

    func handle(_ request: Request<DescribeGroupsRequest>) {
        var response = DescribeGroupsResponse()
        response.groups = request.body.groups.map { id in
            switch groups.coordinator(of: id) {
            case .success(let active): return active.coordinator.describe(id, version: request.version)
            case .failure(let error):
                var group = DescribeGroupsResponse.Group()
                group.groupID = id
                group.errorCode = error
                return group
            }
        }
        request.reply(response)
    }
}
