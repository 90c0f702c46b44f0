import Countersign
import CountersignJOSE
import Store

extension ClientDetails {
    /// The registration as a person reads it.
    func text(at now: UnixTime) -> String {
        let profile = client.options.audienceProfile?.rawValue ?? "the server's"
        let reuse = client.options.allowsReuse.map { $0 ? "until it expires" : "once" } ?? "as the server has it"
        let lifetime = client.accessTokenLifetime?.text ?? "the server's lifetime"
        var rows = [
            ["Client ID", client.id.text], ["Name", client.name], ["State", client.isEnabled ? "enabled" : "disabled"],
            ["Grants", client.grants.map(\.rawValue).joined(separator: " ")],
            ["Scopes", client.scopes.isEmpty ? "none" : client.scopes.joined(separator: " ")],
            ["Authentication", client.authenticationMethod.rawValue],
            ["Algorithm", client.options.signingAlgorithm?.name ?? "any"], ["Audience profile", profile],
            ["An assertion works", reuse],
            ["typ", client.options.requiresExplicitTyping ? "must be client-authentication+jwt" : "may be left out"],
            ["Certificate validity", client.options.certificateValidity?.rawValue ?? "as the server has it"],
            ["Access tokens", "\(client.accessTokenFormat.rawValue), \(lifetime)"],
            ["Registered", client.createdAt.text], ["Changed", client.updatedAt.text],
        ]
        if !client.description.isEmpty { rows.insert(["Description", client.description], at: 2) }
        return Columns.text(rows + keyRows(at: now))
    }

    /// Where the keys come from, each key, and what is registered besides without effect.
    private func keyRows(at now: UnixTime) -> [[String]] {
        var rows: [[String]] = []
        switch registration.keySource {
        case .own:
            rows.append(["Keys in force", "its own"])
            for (index, key) in registration.keys.enumerated() {
                rows.append(["Key \(index + 1)", key.jwk.summary])
                rows.append(["", "\(key.status.text(at: now)), added \(key.addedAt.text), \(use(of: key.jwk))"])
                if let certificate = key.certificate { rows.append(["", certificate.facts.summary(at: now)]) }
            }
        case .keySet(let url):
            rows.append(["Keys in force", "the key set at \(url)"])
            rows += keySetRows(at: now)
        case .keyStore(let alias):
            let isJavaName = alias != client.id.value
            rows.append([
                "Keys in force",
                "the key store's entry \(alias.text)" + (isJavaName ? ", from a Java key store: in any case" : ""),
            ])
            if let entry = registration.keyStoreEntry {
                rows.append(["Key", entry.jwk.summary])
                rows.append(["", "added \(entry.addedAt.text), \(use(of: entry.jwk))"])
                rows.append(["", entry.certificate.facts.summary(at: now)])
            }
        case .none: rows.append(["Keys in force", "none: the client cannot authenticate"])
        }
        return rows + overridden.map { ["Without effect", $0] }
    }

    private func keySetRows(at now: UnixTime) -> [[String]] {
        guard let keySet else { return [["", "not read yet; a running server reads it"]] }
        var rows: [[String]] = []
        if let fetched = keySet.fetchedAt, let fresh = keySet.expiresAt {
            rows.append(["", "read \(fetched.text), \(now < fresh ? "fresh until" : "stale since") \(fresh.text)"])
        } else {
            rows.append(["", "never read so far"])
        }
        if let problem = keySet.problem {
            let times = keySet.failures == 1 ? "the last attempt" : "the last \(keySet.failures) attempts"
            rows.append(["", "\(times) failed, most lately \(keySet.attemptedAt.text): \(problem)"])
        }
        for (index, key) in (readKeySet?.keys ?? []).enumerated() {
            rows.append(["Key \(index + 1)", key.summary])
            rows.append(["", use(of: key)])
        }
        for refused in readKeySet?.refused ?? [] {
            let name = refused.keyID.map { " (kid \($0.text))" } ?? ""
            rows.append(["Left aside", "key \(refused.index + 1) of the set\(name): \(refused.reason.explanation)"])
        }
        return rows
    }

    private func use(of jwk: JWK) -> String {
        uses[jwk.thumbprint].map { "last used \($0.text)" } ?? "never used"
    }
}

extension JWK {
    /// The key in one line.
    var summary: String {
        var parts = [key.summary]
        if let keyID { parts.append("kid \(keyID.text)") }
        if let algorithm { parts.append("alg \(algorithm.name)") }
        if let use, use != "sig" { parts.append("use \(use.text)") }
        parts.append("thumbprint \(thumbprint)")
        return parts.joined(separator: ", ")
    }
}

extension KeyAvailability {
    /// As a person reads it.
    func text(at now: UnixTime) -> String {
        switch self {
        case .active: "active"
        case .retiring(let end): now < end ? "retires \(end.text)" : "retired since \(end.text)"
        case .revoked(let since): "revoked since \(since.text)"
        }
    }
}
