import KafkaProtocol

extension GroupRuntime {
    /// Puts every API of groups on the router.
    package func register(on router: RequestRouter) {
        router.on(OffsetCommitRequest.self, OffsetCommitHandler(groups: self).handle)
        router.on(OffsetFetchRequest.self, OffsetFetchHandler(groups: self).handle)
        router.on(JoinGroupRequest.self, JoinGroupHandler(groups: self).handle)
        router.on(HeartbeatRequest.self, HeartbeatHandler(groups: self).handle)
        router.on(LeaveGroupRequest.self, LeaveGroupHandler(groups: self).handle)
        router.on(SyncGroupRequest.self, SyncGroupHandler(groups: self).handle)
        router.on(DescribeGroupsRequest.self, DescribeGroupsHandler(groups: self).handle)
        router.on(ListGroupsRequest.self, ListGroupsHandler(groups: self).handle)
        router.on(DeleteGroupsRequest.self, DeleteGroupsHandler(groups: self).handle)
        router.on(OffsetDeleteRequest.self, OffsetDeleteHandler(groups: self).handle)
        router.on(ConsumerGroupHeartbeatRequest.self, ConsumerGroupHeartbeatHandler(groups: self).handle)
        router.on(ConsumerGroupDescribeRequest.self, ConsumerGroupDescribeHandler(groups: self).handle)
    }
}
