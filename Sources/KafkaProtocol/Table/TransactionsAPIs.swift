extension APITable {
    /// Transactions. EndTxn 5 and TxnOffsetCommit 5 would promise transactions version 2 (KIP-890). AddPartitionsToTxn 4
    /// and 5 are what brokers ask each other; clients stay at 3.
    static let transactions: [Entry] = [
        Entry(AddPartitionsToTxnRequest.self, served: 0...5),
        Entry(AddOffsetsToTxnRequest.self, served: 0...4),
        Entry(EndTxnRequest.self, served: 0...4),
        Entry(WriteTxnMarkersRequest.self, served: 0...1),
        Entry(TxnOffsetCommitRequest.self, served: 0...4),
        Entry(DescribeTransactionsRequest.self, served: 0...0),
        Entry(ListTransactionsRequest.self, served: 0...1),
    ]
}
