extension RemoteURL {
    /// What the guard has against a URL as it stands, before any name is looked up.
    package enum Obstacle: Sendable, Equatable {
        /// It is never fetched from; why, as a phrase.
        case forbidden(String)
        /// It is fetched from only with a setting; which one, as a phrase.
        case needsSetting(String)
    }

    /// `nil` where the URL alone does not tell of any.
    package var obstacle: Obstacle? {
        switch address {
        case .address(let address):
            guard let purpose = AddressGuard.purpose(of: address) else { return nil }
            if purpose == .loopback { return .needsSetting("[remote_keys] allow_http_loopback is true") }
            guard purpose.isPrivateNetwork else {
                return .forbidden("\(address) is \(purpose.rawValue), which is never let through")
            }
            return .needsSetting("[remote_keys] allowed_networks names a network with \(address), \(purpose.rawValue)")
        case .name(let name):
            switch PrivateName.kind(of: name) {
            case nil: return nil
            case .metadata: return .forbidden("'\(name)' \(NameRefusal.metadata.phrase)")
            case .loopback: return .needsSetting("[remote_keys] allow_http_loopback is true")
            case .privateUse:
                return .needsSetting(
                    "[remote_keys] allowed_hosts names '\(name)', or allowed_networks the private network it leads to")
            }
        }
    }
}
