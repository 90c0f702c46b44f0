import Countersign
import Fetching
import Server
import Store

/// What whoever registers or changes a client should know.
enum ClientWarnings {
    static func print(about details: ClientDetails, at now: UnixTime = .now) {
        for line in lines(about: details, at: now) { Terminal.warn(line) }
    }

    static func lines(about details: ClientDetails, at now: UnixTime) -> [String] {
        let client = details.client
        var lines: [String] = []
        if details.registration.keySource == .none {
            lines.append(
                "The client has no key, so it cannot authenticate. Give it one with '\(ShellCommand.edit(client.id, ["--jwks", "FILE"]))'."
            )
        }
        if details.hasOnlySpentKeys(at: now) {
            lines.append(
                "None of the client's keys can be used any more. Give it one with '\(ShellCommand.edit(client.id, ["--jwks", "FILE"]))'."
            )
        }
        if let algorithm = details.registration.algorithmWithoutKey(at: now) {
            lines.append(
                """
                The client may sign with \(algorithm.name) only, which none of its keys is for. Give it another key, or another \
                --auth-signing-alg.
                """)
        }
        lines += details.overridden.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
        if let url = client.keySetURL, case .needsSetting(let setting)? = obstacle(of: url) {
            lines.append("A server reads \(url) only where \(setting).")
        }
        // The server's own answer is not known here; where it only warns, this is good to know all the same.
        lines += details.registration.certificateNotices(at: now, serverValidity: .enforce).map { $0.text(at: now) }
        lines += costlyKeys(details.registration.keys.filter { $0.status.allowsUse(at: now) })
        if client.options.audienceProfile == .legacy {
            lines.append(
                """
                The audience profile legacy is open to audience injection: an assertion that names a second server \
                could be used here by that server. Mend the client, then set --audience-profile compatible.
                """)
        }
        if client.options.allowsReuse == true {
            lines.append("Whoever gets hold of an assertion of this client can use it until it expires.")
        }
        return lines
    }

    /// Anybody can send an assertion that is checked against every key without a `kid`.
    private static func costlyKeys(_ keys: [KeyRecord]) -> [String] {
        let costly = keys.map(\.jwk).filter { $0.keyID == nil && $0.key.isCostly }
        let kinds = Dictionary(grouping: costly, by: \.key.type).filter { $1.count > 1 }
        return kinds.sorted { $0.key.rawValue < $1.key.rawValue }.map { type, keys in
            """
            \(keys.count) \(type) keys have no kid, and each takes long to check: a stranger can make the server try them all. \
            Give each key a kid, and keep one of a kind where you can.
            """
        }
    }

    private static func obstacle(of url: String) -> RemoteURL.Obstacle? {
        (try? RemoteURL(url, allowsHTTPOnLoopback: true))?.obstacle
    }
}
