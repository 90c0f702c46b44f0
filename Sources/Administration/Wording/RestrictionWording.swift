import Fetching

extension RemoteURL.Restriction {
    /// The setting that makes a server read the URL anyway, as a condition.
    package var setting: String? {
        switch self {
        case .address(_, .loopback), .name(_, .loopback): "[remote_keys] allow_http_loopback is true"
        case .address(let address, let purpose) where purpose.isPrivateNetwork:
            "[remote_keys] allowed_networks names a network with \(address), \(purpose.rawValue)"
        case .name(let name, .privateUse):
            "[remote_keys] allowed_hosts names '\(name)', or allowed_networks the private network it leads to"
        case .address, .name: nil
        }
    }

    /// The reason why no setting allows the URL, as a phrase; `nil` if one does.
    package var prohibition: String? {
        switch self {
        case _ where setting != nil: nil
        case .address(let address, let purpose): "\(address) is \(purpose.rawValue), which is never allowed"
        case .name(let name, _): "'\(name)' is the name of a cloud's metadata service, which is never allowed"
        }
    }
}
