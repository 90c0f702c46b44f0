/// A resolver of host names; a protocol so that tests can simulate a hostile name server.
///
/// An implementation returns soon after its task is cancelled.
package protocol NameResolver: Sendable {
    /// Looks up all addresses of a name, IPv4 and IPv6, in order of preference.
    ///
    /// - Parameter name: a host name in lower case, never an address.
    func addresses(of name: String) async throws(NameResolutionError) -> [IPAddress]
}

package enum NameResolutionError: Error, Sendable, Equatable {
    case notFound
    /// The name servers could not be reached or failed; the resolver's own text.
    case failed(String)
    case cancelled

    package var phrase: String {
        switch self {
        case .notFound: "the name has no address"
        case .failed(let detail): detail
        case .cancelled: "the lookup was cancelled"
        }
    }
}
