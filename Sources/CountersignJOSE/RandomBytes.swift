#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Bytes that nobody can foresee, from the operating system's generator.
package enum RandomBytes {
    /// - Parameter count: at most 256.
    package static func make(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            // One call for all of them; the standard library's generator makes one for each eight bytes.
            if getentropy(buffer.baseAddress, count) != 0 {
                var generator = SystemRandomNumberGenerator()
                for index in 0..<count {
                    buffer.initializeElement(at: index, to: .random(in: .min ... .max, using: &generator))
                }
            }
            initialized = count
        }
    }
}
