import Countersign
import Testing

@testable import Store

@Suite("Fingerprints of used jtis")
struct FingerprintTests {
    @Test("SipHash-2-4 matches the reference vector of 16 bytes")
    func reference() {
        let key = FingerprintKey(k0: 0x0706_0504_0302_0100, k1: 0x0f0e_0d0c_0b0a_0908)
        #expect(key.sipHash(0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908) == 0x3f2a_cc7f_57c2_9bdb)
    }

    @Test("A set contains exactly what was inserted, at 10 to 16 bytes per entry")
    func set() {
        let key = FingerprintKey(k0: 1, k1: 2)
        var set = FingerprintSet()
        var inserted = 0
        for number in 0..<UInt64(100_000) where set.insert(key.fingerprint(of: (0, number))) { inserted += 1 }
        for number in 0..<UInt64(1000) where set.insert(key.fingerprint(of: (0, number))) { inserted += 1 }
        #expect(inserted == 100_000)
        #expect(set.count == 100_000)
        let found = (0..<UInt64(200_000)).filter { set.contains(key.fingerprint(of: (0, $0))) }
        #expect(found == Array(0..<100_000))
        #expect((1_000_000...1_600_000).contains(set.capacity * 8))
    }

    @Test("Probing wraps around at the end of the table")
    func wraps() {
        var table = FingerprintTable()
        let last = (UInt64.max - 5)...UInt64.max
        let inserted = last.filter { table.insert($0) }
        #expect(inserted.count == last.count)
        let found = last.filter { table.contains($0) }
        #expect(found.count == last.count)
        let insertedAgain = last.filter { table.insert($0) }
        #expect(insertedAgain.isEmpty)
        #expect(!table.contains(1))
    }

    @Test("Records keep client and jti apart")
    func apart() {
        func digest(_ client: String, _ jti: [UInt8]) -> [UInt64] {
            let claim = ReplayClaim(client: ClientID(client), digest: jti, expiry: .distantFuture)
            let digest = ReplayRecord(claim).digest
            return [digest.high, digest.low]
        }
        let digests = [
            digest("ab", [0x63]), digest("a", [0x62, 0x63]), digest("abc", []), digest("", [0x61, 0x62, 0x63]),
        ]
        #expect(Set(digests).count == 4)
    }
}
