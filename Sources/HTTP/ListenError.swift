import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An address that cannot be listened on.
package struct ListenError: Error, Sendable, Equatable {
    /// Host and port.
    package let address: String
    /// The operating system's reason.
    package let reason: String

    init(address: String, _ error: any Error) {
        self.address = address
        reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? String(describing: error)
    }

    /// One sentence for people, with what to do.
    package var explanation: String { "Cannot listen on \(address): \(reason). Choose another address with --listen." }
}
