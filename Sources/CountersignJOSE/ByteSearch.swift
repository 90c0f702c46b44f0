#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension UnsafeBufferPointer<UInt8> {
    /// Finds a byte with the C library's `memchr`, which looks at many bytes at once: an assertion is nearly all of a request, and nothing is
    /// looked for as often as the next separator behind it.
    ///
    /// - Parameters:
    ///   - start: where to begin; at most the count.
    ///   - end: where to stop.
    /// - Returns: the index of the first such byte in between.
    package func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int? {
        guard start < end, let base = baseAddress else { return nil }
        guard let found = memchr(base + start, Int32(byte), end - start) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
}
