/// The reason for a failed connection through a proxy.
package enum ProxyProblem: Sendable, Equatable {
    /// The proxy's own name has no addresses.
    case unresolved(NameResolutionError)
    /// The host's name cannot be looked up here, and the proxy needs an address.
    case hostUnknownHere(String, NameResolutionError)
    /// The connection to the proxy failed; the system's text.
    case unreachable(detail: String)
    /// Status 407; whether credentials were sent.
    case authenticationRequired(hadCredentials: Bool)
    /// A status other than 2xx; the destination, and whether credentials were sent.
    case refused(destination: String, hadCredentials: Bool)
    /// It closed the connection without an HTTP response.
    case closed

    /// What was wrong and what to do, as a phrase.
    ///
    /// - Parameter proxy: `HOST:PORT`.
    func explanation(_ proxy: String) -> String {
        switch self {
        case .unresolved(let error):
            "the proxy \(proxy) cannot be looked up, \(error.explanation); check 'proxy' under [remote_keys]"
        case .hostUnknownHere(let host, let error):
            "'\(host)' cannot be looked up here to be checked before the proxy \(proxy) connects to it, "
                + "\(error.explanation); check the name, or, if only the proxy can look names up, "
                + "set 'proxy_resolves_names = true' under [remote_keys]"
        case .unreachable(let detail):
            "no connection to the proxy \(proxy), \(detail); check that it runs, and 'proxy' under [remote_keys]"
        case .authenticationRequired(hadCredentials: true):
            "the proxy \(proxy) does not accept the user and password (407); check those in 'proxy' under [remote_keys]"
        case .authenticationRequired(hadCredentials: false):
            "the proxy \(proxy) asks for a user and a password (407); "
                + "name them in 'proxy' under [remote_keys], as in http://user:password@host:port"
        case .refused(let destination, let hadCredentials):
            "the proxy \(proxy) made no connection to \(destination); its log says why: "
                + "it may not allow CONNECT to this host or port, or cannot reach it"
                + (hadCredentials ? ", or does not accept the user and password" : "")
        case .closed:
            "the proxy \(proxy) closed the connection without an answer in HTTP; "
                + "check that it is an HTTP proxy and lets this server in"
        }
    }
}
