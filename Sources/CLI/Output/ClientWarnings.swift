import Administration
import Fetching

/// Warnings about a client that was just registered or changed.
enum ClientWarnings {
    static func print(about details: ClientDetails, at now: UnixTime = .now) {
        for line in lines(about: details, at: now) { Terminal.warn(line) }
    }

    static func lines(about details: ClientDetails, at now: UnixTime) -> [String] {
        // The server's policy is unknown here; the warning is useful even if the server only warns as well.
        let checks = ClientChecks(serverValidity: .enforce, grace: .zero, now: now)
        var lines = checks.findings(details.registration, caseVariants: details.caseVariants).map { finding in
            finding.text + (finding.remedy.map { " To do: \($0.text)" } ?? "")
        }
        if details.registration.keySource != .none {
            lines += details.inactiveSources.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
        }
        if let url = details.client.keySetURL, let setting = obstacle(of: url)?.setting {
            lines.append("A server reads \(url) only where \(setting).")
        }
        return lines + denialOfServiceWarnings(details.registration.keys.filter { $0.status.allowsUse(at: now) })
    }

    /// Warns of a denial-of-service risk: an unauthenticated caller's assertion without a `kid` is checked against every key without one.
    private static func denialOfServiceWarnings(_ keys: [KeyRecord]) -> [String] {
        let costly = keys.map(\.jwk).filter { $0.keyID == nil && $0.key.isCostly }
        let kinds = Dictionary(grouping: costly, by: \.key.type).filter { $1.count > 1 }
        return kinds.sorted { $0.key.rawValue < $1.key.rawValue }.map { type, keys in
            """
            \(keys.count) \(type) keys have no kid, and each takes long to check: an unauthenticated caller can make the server \
            try them all. Give each key a kid, and keep one key of each kind if you can.
            """
        }
    }

    private static func obstacle(of url: String) -> RemoteURL.Obstacle? {
        (try? RemoteURL(url, allowsHTTPOnLoopback: true))?.obstacle
    }
}

extension RemoteURL.Obstacle {
    /// The setting that makes a server read the URL anyway, as a condition.
    fileprivate var setting: String? {
        switch self {
        case .forbidden: nil
        case .loopback: "[remote_keys] allow_http_loopback is true"
        case .privateAddress(let address, let purpose):
            "[remote_keys] allowed_networks names a network with \(address), \(purpose.rawValue)"
        case .privateName(let name):
            "[remote_keys] allowed_hosts names '\(name)', or allowed_networks the private network it leads to"
        }
    }
}
