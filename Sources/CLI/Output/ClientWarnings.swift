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
            if details.client.authenticationMethod == .none {
                lines.append(
                    "The client is public: its keys have no effect. To do: "
                        + ShellCommand.edit(details.client.id, ["--no-public"]))
            }
            lines += details.inactiveSources.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
        }
        lines += administration(details)
        let grants = details.client.grants
        if grants.contains(.refreshToken), !grants.contains(.authorizationCode) {
            lines.append(
                "The grant refresh_token has no effect without authorization_code: a refresh token comes with a code. To do: add "
                    + "--grant authorization_code, or leave refresh_token out")
        }
        if let url = details.client.keySetURL, let setting = restriction(of: url)?.setting {
            lines.append("A server reads \(url) only if \(setting).")
        }
        if let url = details.client.signIn.backChannelLogoutURI, let restriction = restriction(of: url) {
            if let setting = restriction.setting {
                lines.append("A server sends logout tokens to \(url) only if \(setting).")
            } else if let prohibition = restriction.prohibition {
                lines.append("A server sends no logout tokens to \(url): \(prohibition).")
            }
        }
        return lines + denialOfServiceWarnings(details.registration.keys.filter { $0.status.allowsUse(at: now) })
    }

    /// Names the power that scopes give, because they look like any others.
    private static func administration(_ details: ClientDetails) -> [String] {
        let scopes = details.client.scopes.filter(AdminScope.isReserved).joined(separator: " ")
        guard !scopes.isEmpty else { return [] }
        guard !details.registration.adminScopes.isEmpty else {
            return [
                "The scope \(scopes) has no effect: the admin API is for clients with private_key_jwt that an operator has added."
            ]
        }
        return ["The client may administer this server: \(scopes)."]
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

    private static func restriction(of url: String) -> RemoteURL.Restriction? {
        (try? RemoteURL(url, allowsHTTPOnLoopback: true))?.restriction
    }
}
