/// Finds the addresses of a name.
///
/// A protocol so that tests can play a name server that lies. An implementation returns soon after its task is cancelled.
package protocol NameResolver: Sendable {
    /// All addresses of the name, IPv4 and IPv6, the one to try first in front.
    ///
    /// - Parameter name: a host name in lower case, never an address.
    func addresses(of name: String) async throws(NameResolutionError) -> [IPAddress]
}

/// Why a name has no addresses.
package enum NameResolutionError: Error, Sendable, Equatable {
    /// The name does not exist or has no addresses.
    case notFound
    /// The name servers could not be asked, or did not know; the resolver's own words.
    case failed(String)
    /// The task was cancelled before there was an answer.
    case cancelled

    /// The same as a phrase.
    package var phrase: String {
        switch self {
        case .notFound: "the name has no address"
        case .failed(let detail): detail
        case .cancelled: "the lookup was given up"
        }
    }
}
