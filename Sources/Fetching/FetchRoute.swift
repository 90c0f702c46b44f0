/// The way to the server of a URL.
enum FetchRoute: Sendable, Equatable {
    /// To an address that was checked.
    case direct(IPAddress)
    /// Through the proxy, which is at the address `at`, to an address that was checked; to the host's name, where the proxy looks it up.
    case tunnel(to: IPAddress?, through: FetchProxy, at: IPAddress)

    /// The address at the other end of the TCP connection.
    var peer: IPAddress {
        switch self {
        case .direct(let address), .tunnel(_, _, let address): address
        }
    }

    /// The address of the key server, where it is known.
    var destination: IPAddress? {
        switch self {
        case .direct(let address): address
        case .tunnel(let address, _, _): address
        }
    }

    /// The proxy, if one stands in between.
    var proxy: FetchProxy? {
        switch self {
        case .direct: nil
        case .tunnel(_, let proxy, _): proxy
        }
    }
}
