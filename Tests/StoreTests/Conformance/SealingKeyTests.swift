import Countersign
import Store
import Crypto
import TestSupport
import Testing

@Suite("The keys of opaque tokens")
struct SealingKeyTests {
    private let masterKey = MasterKey.generate()

    private func record(_ number: UInt32) throws -> SealingKeyRecord {
        try SealingKeyRecord.generate(number: number, sealedUnder: masterKey, createdAt: TestClock.start)
    }

    @Test("They are read back in order of number, open with the master key, and are removed", arguments: Engine.all)
    func roundTrip(_ engine: Engine) async throws {
        let open = try engine.make()
        let records = try [3, 1, UInt32.max, 2].map(record)
        for record in records { try await open.store.sealingKeys.add(record) }
        let found = try await open.another().sealingKeys.all()
        #expect(found == records.sorted { $0.number < $1.number })
        let keys = try found.map { try $0.open(with: masterKey).withUnsafeBytes { Array($0) } }
        #expect(keys.allSatisfy { $0.count == 32 } && Set(keys).count == 4)
        try await open.store.sealingKeys.remove(2)
        try await open.store.sealingKeys.remove(2)
        #expect(try await open.another().sealingKeys.all().map(\.number) == [1, 3, .max])
    }

    @Test("A duplicate number is a conflict, and the first key stays", arguments: Engine.all)
    func conflict(_ engine: Engine) async throws {
        let store = try engine.make().store
        let first = try record(1)
        try await store.sealingKeys.add(first)
        await #expect(throws: StoreError.conflict("A sealing key with the number 1")) {
            try await store.sealingKeys.add(record(1))
        }
        #expect(try await store.sealingKeys.all() == [first])
    }

    @Test("One opens only unmodified and with its own number, time and master key")
    func bound() throws {
        let record = try record(1)
        let others = [
            SealingKeyRecord(number: 2, sealed: record.sealed, createdAt: record.createdAt),
            SealingKeyRecord(number: 1, sealed: record.sealed, createdAt: record.createdAt + .milliseconds(1)),
            SealingKeyRecord(number: 1, sealed: [], createdAt: record.createdAt),
            SealingKeyRecord(number: 1, sealed: Array(record.sealed.dropLast()), createdAt: record.createdAt),
        ]
        for other in others { #expect(throws: SealingError.self) { try other.open(with: masterKey) } }
        #expect(throws: SealingError.self) { try record.open(with: .generate()) }
        for index in record.sealed.indices {
            var bytes = record.sealed
            bytes[index] ^= 1
            let changed = SealingKeyRecord(number: 1, sealed: bytes, createdAt: record.createdAt)
            #expect(throws: SealingError.self) { try changed.open(with: masterKey) }
        }
    }
}
