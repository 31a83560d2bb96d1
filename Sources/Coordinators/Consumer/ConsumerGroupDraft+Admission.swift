import KafkaProtocol

/// Who a heartbeat comes from, and what it brings.
extension ConsumerGroupDraft {
    /// The id of the member that a heartbeat joins or keeps alive; a new one is made when it joins without any.
    mutating func admit(
        _ request: ConsumerGroupHeartbeatRequest, nonce: UUID, _ config: GroupConfig
    ) throws(ConsumerRefusal) -> String {
        let joins = request.memberEpoch == ConsumerMember.joining
        let id = request.memberID.isEmpty ? nonce.description : request.memberID
        let holder = request.instanceID.flatMap { group.staticMembers[$0] }
        let isMember = group.members[id] != nil || holder != nil
        if joins, !isMember, group.members.count >= config.effectiveConsumerMaxSize {
            throw ConsumerRefusal(
                .groupMaxSizeReached, "The group has \(group.members.count) members, which is all it may have.")
        }
        if joins, let instance = request.instanceID {
            if let old = holder.flatMap({ group.members[$0] }), old.id != id || old.epoch == ConsumerMember.away {
                guard old.epoch == ConsumerMember.away || old.usesClassicProtocol else {
                    throw ConsumerRefusal(
                        .unreleasedInstanceId, "Instance id \(instance) is in use by member \(old.id).")
                }
                replace(old, with: id)
                return id
            }
            if holder == nil { return id }
        }
        if joins && group.members[id] == nil { return id }
        let member = try group.member(request)
        guard member.accepts(epoch: request.memberEpoch, owned: request.topicPartitions.map { PartitionSet($0) })
        else {
            throw ConsumerRefusal(
                .fencedMemberEpoch,
                "Member \(id) has epoch \(member.epoch), not \(request.memberEpoch); it must give up its partitions and join again."
            )
        }
        return id
    }

    /// Takes over what the heartbeat says about the member. Returns whether it subscribes to other topics now.
    mutating func update(
        _ id: String, _ request: ConsumerGroupHeartbeatRequest, _ client: GroupClient
    ) throws(ConsumerRefusal) -> Bool {
        let before = group.members[id]
        var value = before?.subscription ?? ConsumerGroupMemberValue()
        value.clientID = client.clientID
        value.clientHost = client.host
        if let instance = request.instanceID { value.instanceID = instance }
        if let rack = request.rackID { value.rackID = rack }
        if request.rebalanceTimeoutMs >= 0 { value.rebalanceTimeoutMs = request.rebalanceTimeoutMs }
        if let assignor = request.serverAssignor { value.serverAssignor = assignor }
        if let names = request.subscribedTopicNames { value.subscribedTopicNames = Set(names).sorted() }
        if let regex = request.subscribedTopicRegex { value.subscribedTopicRegex = regex }
        value.classicMemberMetadata = nil
        setSubscription(value, of: id)
        let regexChanged = before?.regex != group.members[id]?.regex
        if regexChanged { try checkRegexes() }
        return regexChanged || before?.subscription.subscribedTopicNames != value.subscribedTopicNames
    }

    private mutating func checkRegexes() throws(ConsumerRefusal) {
        forgetUnusedRegexes()
        let used = Set(group.members.values.compactMap(\.regex)).count
        guard used <= CoordinatorLimits.regexesPerGroup else {
            throw ConsumerRefusal(
                .groupMaxSizeReached,
                "The group has \(CoordinatorLimits.regexesPerGroup) regular expressions, which is all it may have.")
        }
    }
}

extension ConsumerGroup {
    /// The member that a heartbeat names.
    func member(_ request: ConsumerGroupHeartbeatRequest) throws(ConsumerRefusal) -> ConsumerMember {
        if let instance = request.instanceID {
            guard let holder = staticMembers[instance] else {
                throw ConsumerRefusal(.unknownMemberId, "Instance id \(instance) is unknown.")
            }
            guard holder == request.memberID else {
                throw ConsumerRefusal(.fencedInstanceId, "Instance id \(instance) belongs to member \(holder).")
            }
        }
        guard let member = members[request.memberID] else {
            throw ConsumerRefusal(.unknownMemberId, "Member \(request.memberID) is unknown.")
        }
        return member
    }
}

extension ConsumerGroupHeartbeatRequest {
    /// Whether it tells everything that a member can tell, as the first one does and one after a lost connection.
    var isFull: Bool {
        rebalanceTimeoutMs != -1 && (subscribedTopicNames != nil || subscribedTopicRegex != nil)
            && topicPartitions != nil
    }

    /// Checks that need no group.
    func validate(_ config: GroupConfig) throws(ConsumerRefusal) {
        func check(_ isSound: Bool, _ message: String) throws(ConsumerRefusal) {
            if !isSound { throw ConsumerRefusal(.invalidRequest, message) }
        }
        let longest = CoordinatorLimits.identifierBytes
        try check(!groupID.isBlank && groupID.utf8.count <= longest, "The group id is empty or too long.")
        try check(memberID.utf8.count <= longest, "The member id is too long.")
        for (name, text) in [("instance", instanceID), ("rack", rackID)] {
            let sound = text.map { !$0.isBlank && $0.utf8.count <= longest } ?? true
            try check(sound, "The \(name) id is empty or too long.")
        }
        switch memberEpoch {
        case ConsumerMember.joining:
            try check(rebalanceTimeoutMs >= 0, "A member that joins must tell its rebalance timeout.")
            try check(topicPartitions?.isEmpty == true, "A member that joins must own no partitions, and say so.")
            let subscribes = subscribedTopicNames?.isEmpty == false || subscribedTopicRegex?.isEmpty == false
            try check(subscribes, "A member that joins must subscribe to topics.")
        case ConsumerMember.away:
            try check(!memberID.isBlank && instanceID != nil, "Member id or instance id is missing.")
        case ConsumerMember.leaving, 1...: try check(!memberID.isBlank, "The member id is missing.")
        default: try check(false, "\(memberEpoch) is no member epoch.")
        }
        try check(
            (subscribedTopicNames?.count ?? 0) <= CoordinatorLimits.subscribedTopics,
            "A member may subscribe to \(CoordinatorLimits.subscribedTopics) topics.")
        let bytes = (subscribedTopicNames ?? []).reduce(0) { $0 + $1.utf8.count }
        try check(bytes <= CoordinatorLimits.metadataBytes, "The names of the topics are too long.")
        if let name = serverAssignor, !config.consumerAssignors.contains(where: { $0.rawValue == name }) {
            let known = config.consumerAssignors.map(\.rawValue).joined(separator: ", ")
            throw ConsumerRefusal(.unsupportedAssignor, "Assignor \(name) is not one of: \(known).")
        }
        if let text = subscribedTopicRegex, !text.isEmpty {
            do { _ = try TopicRegex(text) } catch {
                throw ConsumerRefusal(.invalidRegularExpression, "Regular expression \(text): \(error.reason).")
            }
        }
    }
}

extension String {
    /// Nothing but white space.
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
