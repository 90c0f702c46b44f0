import Countersign
import Store
import TestSupport
import Testing

@Suite("The server's signing keys")
struct SigningKeyTests {
    @Test("A key is read back, opens with the master key, and signs", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let open = try engine.make()
        let masterKey = MasterKey.generate()
        let key = try SigningKey.generate(.es256)
        let record = try SigningKeyRecord(
            keyID: "k1", algorithm: .es256, key: key, sealedUnder: masterKey, createdAt: TestClock.start)
        try await open.store.signingKeys.add(record)
        let found = try #require(try await open.another().signingKeys.all().first)
        #expect(found == record)
        let signature = try found.open(with: masterKey).sign([1, 2, 3], algorithm: .es256)
        #expect(key.verificationKey.isValid(signature: signature, for: [1, 2, 3], algorithm: .es256))
    }

    @Test("Keys are listed oldest first, and a duplicate kid is a conflict", arguments: Engine.all)
    func order(_ engine: Engine) async throws {
        let store = try engine.make().store
        for (keyID, seconds) in [("b", 2), ("a", 3), ("c", 1)] as [(ExactString, Int64)] {
            try await store.signingKeys.add(
                SigningKeyRecord(
                    keyID: keyID, algorithm: .es256, sealed: [1], createdAt: UnixTime(seconds: seconds)))
        }
        #expect(try await store.signingKeys.all().map(\.keyID) == ["c", "b", "a"])
        await #expect(throws: StoreError.conflict("A signing key 'a'")) {
            try await store.signingKeys.add(
                SigningKeyRecord(keyID: "a", algorithm: .es256, sealed: [2], createdAt: TestClock.start))
        }
    }

    @Test("Several keys are added and changed together, or none", arguments: Engine.all)
    func change(_ engine: Engine) async throws {
        let store = try engine.make().store
        func key(_ id: ExactString, until end: UnixTime? = nil) -> SigningKeyRecord {
            var key = SigningKeyRecord(keyID: id, algorithm: .es256, sealed: [1], createdAt: TestClock.start)
            key.publishedUntil = end
            return key
        }
        try await store.signingKeys.add(key("a"))
        let end = TestClock.start + .seconds(9)
        try await store.signingKeys.change(adding: [key("b")], updating: [key("a", until: end)])
        #expect(try await store.signingKeys.all() == [key("a", until: end), key("b")])
        await #expect(throws: StoreError.notFound("A signing key 'x'")) {
            try await store.signingKeys.change(adding: [key("c")], updating: [key("x")])
        }
        await #expect(throws: StoreError.conflict("A signing key 'b'")) {
            try await store.signingKeys.change(adding: [key("c"), key("b")], updating: [])
        }
        #expect(try await store.signingKeys.all().count == 2)
    }

    @Test("When a key signs and is published can be changed", arguments: Engine.all)
    func update(_ engine: Engine) async throws {
        let open = try engine.make()
        let key = SigningKeyRecord(
            keyID: "a", algorithm: .es256, sealed: [1], createdAt: TestClock.start,
            signsFrom: TestClock.start + .seconds(60))
        try await open.store.signingKeys.add(key)
        let other = try open.another()
        #expect(try await other.signingKeys.all() == [key])
        var changed = key
        (changed.signsFrom, changed.publishedUntil) = (TestClock.start, TestClock.start + .seconds(90))
        try await open.store.signingKeys.update(
            "a", signsFrom: changed.signsFrom, publishedUntil: changed.publishedUntil)
        #expect(try await other.signingKeys.all() == [changed])
        await #expect(throws: StoreError.notFound("A signing key 'b'")) {
            try await open.store.signingKeys.update("b", signsFrom: TestClock.start, publishedUntil: nil)
        }
    }
}
