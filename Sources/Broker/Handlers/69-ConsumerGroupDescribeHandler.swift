import KafkaProtocol

/// State and members of groups of the new consumer protocol that are coordinated here (KIP-848).
struct ConsumerGroupDescribeHandler {
    let groups: GroupRuntime

    func handle(_ request: Request<ConsumerGroupDescribeRequest>) {
        var response = ConsumerGroupDescribeResponse()
        response.groups = request.body.groupIDs.map { id in
            switch groups.memberCoordinator(of: id) {
            case .success(let active):
                return active.coordinator.describeConsumerGroup(id, image: groups.topic.image)
            case .failure(let error):
                var group = ConsumerGroupDescribeResponse.Group()
                group.groupID = id
                group.errorCode = error
                return group
            }
        }
        request.reply(response)
    }
}
