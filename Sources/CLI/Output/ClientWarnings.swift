import Administration
import Countersign
import Fetching
import Server
import Store

/// Warnings about a client that was just registered or changed.
enum ClientWarnings {
    static func print(about details: ClientDetails, at now: UnixTime = .now) {
        for line in lines(about: details, at: now) { Terminal.warn(line) }
    }

    static func lines(about details: ClientDetails, at now: UnixTime) -> [String] {
        // The server's policy is not known here; a warning is useful even if the server only warns, too.
        let checks = ClientChecks(serverValidity: .enforce, grace: .zero, now: now)
        var lines = checks.findings(details.registration, lookalikes: details.lookalikes).map { finding in
            finding.text + (finding.remedy.map { " To do: \($0.words)" } ?? "")
        }
        if details.registration.keySource != .none {
            lines += details.overridden.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
        }
        if let url = details.client.keySetURL, case .needsSetting(let setting)? = obstacle(of: url) {
            lines.append("A server reads \(url) only where \(setting).")
        }
        return lines + costlyKeys(details.registration.keys.filter { $0.status.allowsUse(at: now) })
    }

    /// An assertion without a `kid` is checked against every key without one, and sending it needs no key.
    private static func costlyKeys(_ keys: [KeyRecord]) -> [String] {
        let costly = keys.map(\.jwk).filter { $0.keyID == nil && $0.key.isCostly }
        let kinds = Dictionary(grouping: costly, by: \.key.type).filter { $1.count > 1 }
        return kinds.sorted { $0.key.rawValue < $1.key.rawValue }.map { type, keys in
            """
            \(keys.count) \(type) keys have no kid, and each takes long to check: a stranger can make the server try them all. \
            Give each key a kid, and keep one key of each kind if you can.
            """
        }
    }

    private static func obstacle(of url: String) -> RemoteURL.Obstacle? {
        (try? RemoteURL(url, allowsHTTPOnLoopback: true))?.obstacle
    }
}
