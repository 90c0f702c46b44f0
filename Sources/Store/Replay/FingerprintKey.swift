/// The secret key that reduces digests to 64-bit fingerprints (SipHash-2-4, Aumasson and Bernstein 2012).
///
/// It is random in each process, so that attackers cannot search for collisions. An accidental collision counts as a replay.
package struct FingerprintKey: Sendable {
    let k0: UInt64
    let k1: UInt64

    /// Generates a key with the system's random number generator.
    package static func random() -> FingerprintKey {
        FingerprintKey(k0: .random(in: .min ... .max), k1: .random(in: .min ... .max))
    }

    /// Returns the fingerprint of a digest; never 0, which marks an empty slot.
    package func fingerprint(of digest: (high: UInt64, low: UInt64)) -> UInt64 {
        max(1, sipHash(digest.high.byteSwapped, digest.low.byteSwapped))
    }

    /// Returns SipHash-2-4 of 16 bytes, given as two little-endian words.
    func sipHash(_ first: UInt64, _ second: UInt64) -> UInt64 {
        var state = SipState(
            v0: k0 ^ 0x736f_6d65_7073_6575, v1: k1 ^ 0x646f_7261_6e64_6f6d, v2: k0 ^ 0x6c79_6765_6e65_7261,
            v3: k1 ^ 0x7465_6462_7974_6573)
        state.take(first)
        state.take(second)
        state.take(16 << 56)
        return state.finish()
    }
}

private struct SipState {
    var v0, v1, v2, v3: UInt64

    mutating func take(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    mutating func finish() -> UInt64 {
        v2 ^= 0xff
        round()
        round()
        round()
        round()
        return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func round() {
        v0 &+= v1
        v1 = (v1 << 13 | v1 >> 51) ^ v0
        v0 = v0 << 32 | v0 >> 32
        v2 &+= v3
        v3 = (v3 << 16 | v3 >> 48) ^ v2
        v0 &+= v3
        v3 = (v3 << 21 | v3 >> 43) ^ v0
        v2 &+= v1
        v1 = (v1 << 17 | v1 >> 47) ^ v2
        v2 = v2 << 32 | v2 >> 32
    }
}
