/// How far a fetch may reach, by who chose the URL.
package enum FetchReach: Sendable, Equatable {
    /// Public addresses, and the private ones that the operator has allowed: a URL that an operator has registered.
    case allowedNetworks
    /// Public addresses alone: a URL that came from a client which is a URL itself. Anyone could use it to probe a private network.
    case publicAddresses
    /// Public addresses alone: a redirect from a public server, whose owner is not trusted with a private network.
    case redirectedFromPublic
}
