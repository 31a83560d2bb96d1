import KafkaClient

extension CommitsOnly {
    /// Why it cannot be done to a group that is shown; nil when it can.
    func refusal(of group: String, in model: Model) -> String? {
        model.snapshot.group(group)?.isShare == true ? refusal(of: group) : nil
    }
}
