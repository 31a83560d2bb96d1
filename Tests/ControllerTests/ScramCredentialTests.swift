import ClusterMetadata
import KafkaProtocol
import Testing

@testable import Controller

/// Credentials of users (KIP-554): how they are made of salted passwords, kept and deleted.
@Suite struct ScramCredentialTests {
    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
        }
    }

    // MARK: Keys

    /// The examples of FIPS 180-4.
    @Test func digestsAreThoseOfTheStandard() {
        let message = Array("abc".utf8)
        #expect(
            SHA2<UInt32>.digest(message)
                == Self.bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
        #expect(
            SHA2<UInt64>.digest(message)
                == Self.bytes(
                    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"))
    }

    /// Around the lengths where the padding takes another block; made with Python's hashlib.
    @Test(
        arguments: [
            (0, "e3b0c44298fc1c14", "cf83e1357eefb8bd"), (55, "463eb28e72f82e0a", "6856647f269c2ee3"),
            (56, "da2ae4d6b36748f2", "8b12b2f6fe400a51"), (64, "fdeab9acf3710362", "ee4320ebaf3fdb4f"),
            (111, "60780e9451bdc43c", "a1a111449b198d9b"), (112, "09373f127d34e61d", "c5fbd731d19d2ae1"),
            (119, "da18797ed7c3a777", "43e497279c2ce805"), (120, "f52b23db1fbb6ded", "9636708964c5ff66"),
            (128, "471fb943aa23c511", "1dffd5e3adb71d45"), (1_000, "4e4c294b331f7a20", "5096498d96f50f9a"),
        ]) func messagesOfEveryLengthArePadded(_ length: Int, _ short: String, _ long: String)
    {
        let message = (0..<length).map { UInt8($0 % 251) }
        #expect(Array(SHA2<UInt32>.digest(message).prefix(8)) == Self.bytes(short))
        #expect(Array(SHA2<UInt64>.digest(message).prefix(8)) == Self.bytes(long))
    }

    /// A key longer than a block is hashed first.
    @Test func aLongKeyIsHashed() {
        let key = (0...255).map { UInt8($0) }
        #expect(
            ScramMechanism.sha256.code("Test", key: key)
                == Self.bytes("579d0753e287449c50ff428568a84bf45b82d83169aabc0349aa323e86f0a0c1"))
    }

    /// The password of RFC 7677's example, whose server signature follows from this server key; and the same for SHA-512.
    @Test(
        arguments: [
            (
                ScramMechanism.sha256, "c4a49510323ab4f952cac1fa99441939e78ea74d6be81ddf7096e87513dc615d",
                "586e5df283e6dceb5c3e791d8b8528ec191e664045ce971792e2e6b5bb13e2a6",
                "c1f3cbc1c13a9d35a14c0990eed97629ea225863e566a4314ab99f3f00e5d9d5"
            ),
            (
                .sha512,
                "f16efe1be67f1d09502ebd5ed9262fddffba5a377ab4f0b687e5ed5ba0f50686"
                    + "b8a4ae166476da8ab3b951d2fa9238b63998f45461bc33a464814949cec9631d",
                "e8002e6f7d3ae446119b216933644dc2a2be7869eb918b8459b5e7d7d2ec1260"
                    + "6aceef106825cd735170a675fd3611f684affad1dce3f43a0ee43bd590e1dbbe",
                "8d91db6230b5687874fe129bc7206e1858c3ae08e02934f57ac03b6b05a229c4"
                    + "59d28ff46f5c9611e6c179256490215ec1ff759cb0df285db89af0f99e613aac"
            ),
        ] as [(ScramMechanism, String, String, String)]
    ) func keysAreThoseOfTheStandard(_ mechanism: ScramMechanism, _ salted: String, _ stored: String, _ server: String)
    {
        let kept = mechanism.credential(
            saltedPassword: Secret(Self.bytes(salted)), salt: Secret([1]), iterations: 4_096)
        #expect(kept.storedKey.bytes == Self.bytes(stored))
        #expect(kept.serverKey.bytes == Self.bytes(server))
        #expect(kept.salt.bytes == [1] && kept.iterations == 4_096)
    }

    // MARK: Keeping

    @Test func aUserHasOneCredentialForEachMechanism() {
        let cluster = TestCluster(brokers: 1)
        for mechanism in ScramMechanism.allCases { #expect(cluster.setCredential("u", mechanism) == .none) }
        #expect(cluster.setCredential("u", .sha256, iterations: 8_192) == .none)
        #expect(cluster.image.credentials["u"]?.mapValues(\.iterations) == [.sha256: 8_192, .sha512: 4_096])
    }

    @Test func aSnapshotKeepsThem() throws {
        let cluster = TestCluster(brokers: 1)
        for mechanism in ScramMechanism.allCases { #expect(cluster.setCredential("u", mechanism) == .none) }
        #expect(cluster.setCredential("v") == .none)
        let records = try cluster.image.records().map { try MetadataRecord(decoding: $0.encoded()) }
        #expect(try MetadataImage(records: records, offset: 0).credentials == cluster.image.credentials)
    }

    /// They came with metadata.version 3.5-IV2, 11.
    @Test func anOldMetadataVersionHasNone() {
        let old = TestCluster(brokers: 1, features: [Features.metadataVersion: Features.scramSince - 1])
        #expect(old.setCredential("u") == .unsupportedVersion)
        let new = TestCluster(brokers: 1, features: [Features.metadataVersion: Features.scramSince])
        #expect(new.setCredential("u") == .none)
    }

    @Test func recordsThatDoNotFitAreRefused() {
        var image = MetadataImage()
        #expect(throws: MetadataError.self) {
            try image.replay(.removeUserScramCredential(.init(user: "u", mechanism: .sha256)), offset: 0)
        }
        var record = UserScramCredentialRecord()
        record.mechanism = 3
        #expect(throws: MetadataError.self) { try image.replay(.userScramCredential(record), offset: 0) }
    }

    @Test func noTextShowsWhatIsSecret() {
        let secret = Secret([211, 212])
        var asked = AlterUserScramCredentialsRequest.Upsertion()
        asked.saltedPassword = secret
        asked.salt = secret
        let kept = ScramCredential(salt: secret, storedKey: secret, serverKey: secret, iterations: 4_096)
        let record = MetadataRecord.userScramCredential(.init(user: "u", mechanism: .sha256, credential: kept))
        var dumped = ""
        dump(record, to: &dumped)
        dump(asked, to: &dumped)
        for text in ["\(asked)", "\(kept)", "\(record)", String(reflecting: record), dumped] {
            #expect(!text.contains("211") && !text.lowercased().contains("d3") && text.contains("[hidden]"))
        }
    }
}
