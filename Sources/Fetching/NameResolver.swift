/// A resolver of host names; a protocol so that tests can simulate a hostile name server.
///
/// An implementation returns soon after its task is cancelled.
package protocol NameResolver: Sendable {
    /// All addresses of the name, IPv4 and IPv6, in the order of preference.
    ///
    /// - Parameter name: a host name in lower case, never an address.
    func addresses(of name: String) async throws(NameResolutionError) -> [IPAddress]
}

/// The reason for a failed lookup.
package enum NameResolutionError: Error, Sendable, Equatable {
    /// The name does not exist or has no addresses.
    case notFound
    /// The name servers could not be reached or failed; the resolver's own text.
    case failed(String)
    /// The task was cancelled before the lookup finished.
    case cancelled

    /// The same as a phrase.
    package var explanation: String {
        switch self {
        case .notFound: "the name has no address"
        case .failed(let detail): detail
        case .cancelled: "the lookup was given up"
        }
    }
}
