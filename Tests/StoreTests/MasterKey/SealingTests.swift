import CountersignJOSE
import Store
import TestSupport
import Testing

@Suite("Signing keys are sealed (AES-256-GCM)")
struct SealingTests {
    private let masterKey = MasterKey.generate()

    private func sealed() throws -> (record: SigningKeyRecord, key: SigningKey) {
        let key = try SigningKey.generate(.es256)
        return (
            try SigningKeyRecord(
                keyID: "k", algorithm: .es256, key: key, sealedUnder: masterKey, createdAt: TestClock.start), key
        )
    }

    @Test("The record contains no part of the key in clear text")
    func unreadable() throws {
        let (record, key) = try sealed()
        let parts = stride(from: 0, to: key.pkcs8.count - 8, by: 8).map { key.pkcs8[$0..<$0 + 8] }
        #expect(parts.allSatisfy { !record.sealed.contains($0) })
    }

    @Test("Another master key does not open it, and the error says so")
    func otherMasterKey() throws {
        let (record, _) = try sealed()
        #expect(throws: SealingError.otherMasterKey(keyID: "k")) { try record.open(with: .generate()) }
        #expect(SealingError.otherMasterKey(keyID: "k").message.contains("master key"))
    }

    @Test("A record with any byte changed does not open")
    func changed() throws {
        let (record, _) = try sealed()
        for index in record.sealed.indices {
            var bytes = record.sealed
            bytes[index] ^= 1
            let changed = SigningKeyRecord(
                keyID: "k", algorithm: .es256, sealed: bytes, createdAt: record.createdAt)
            #expect(throws: SealingError.self) { try changed.open(with: masterKey) }
        }
    }

    @Test("It opens only with its own kid and algorithm")
    func bound() throws {
        let (record, key) = try sealed()
        #expect(try record.open(with: masterKey).pkcs8 == key.pkcs8)
        for (keyID, algorithm) in [("other", .es256), ("k", .es384)] as [(ExactString, SignatureAlgorithm)] {
            let moved = SigningKeyRecord(
                keyID: keyID, algorithm: algorithm, sealed: record.sealed, createdAt: record.createdAt)
            #expect(throws: SealingError.otherMasterKey(keyID: keyID)) { try moved.open(with: masterKey) }
        }
    }

    @Test("A record too short to be sealed is refused", arguments: [0, 1, 27, 28])
    func short(_ length: Int) throws {
        let record = SigningKeyRecord(
            keyID: "k", algorithm: .es256, sealed: [UInt8](repeating: 0, count: length), createdAt: TestClock.start)
        #expect(throws: SealingError.self) { try record.open(with: masterKey) }
    }
}
