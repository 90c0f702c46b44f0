import Foundation

/// A generator with the same sequence in every run (SplitMix64), so that fuzzing failures are reproducible.
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Returns the number of rounds: `FUZZ_ROUNDS` if set (for long manual runs), `usual` otherwise.
    package static func rounds(_ usual: Int) -> Int {
        ProcessInfo.processInfo.environment["FUZZ_ROUNDS"].flatMap(Int.init) ?? usual
    }

    /// Returns a copy with a few bytes changed, removed, duplicated or inserted.
    package mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &self) {
            let position = Int.random(in: 0...bytes.count, using: &self)
            let byte = UInt8.random(in: .min ... .max, using: &self)
            switch Int.random(in: 0..<4, using: &self) {
            case 0: bytes.insert(byte, at: position)
            case 1 where position < bytes.count: bytes.remove(at: position)
            case 2 where position < bytes.count: bytes[position] = byte
            case 3 where position < bytes.count:
                bytes.insert(contentsOf: bytes[position...].prefix(8), at: position)
            default: bytes.append(byte)
            }
        }
        return bytes
    }
}
