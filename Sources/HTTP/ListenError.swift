import Files
import NIOCore

/// An address on which the server cannot listen.
package struct ListenError: Error, Sendable, Equatable {
    /// Host and port.
    package let address: String
    package let port: Int
    package let reason: Reason

    package enum Reason: Sendable, Equatable {
        /// Another process listens there.
        case inUse
        /// The port needs a privilege.
        case notPermitted
        /// No interface of this machine has the address.
        case noSuchAddress
        /// The host name has no address.
        case unresolved
        /// Another error, in the operating system's words.
        case other(String)
    }

    init(host: String, port: Int, _ error: any Error) {
        address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        self.port = port
        reason = Self.reason(error)
    }

    private static func reason(_ error: any Error) -> Reason {
        guard let error = error as? IOError else {
            return error is SocketAddressError || error is SocketAddressError.UnknownHost
                ? .unresolved : .other("\(error)")
        }
        switch error.errnoCode {
        case EADDRINUSE: return .inUse
        case EACCES, EPERM: return .notPermitted
        case EADDRNOTAVAIL: return .noSuchAddress
        default: return .other(String(cString: strerror(error.errnoCode)))
        }
    }

    package var message: String {
        switch reason {
        case .inUse: "Cannot listen on \(address): another process does."
        case .notPermitted: "Cannot listen on \(address): ports below 1024 need a privilege."
        case .noSuchAddress: "Cannot listen on \(address): no network interface of this machine has that address."
        case .unresolved: "Cannot listen on \(address): the name has no address."
        case .other(let text): "Cannot listen on \(address): \(text)."
        }
    }
}
