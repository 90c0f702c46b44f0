import Administration

extension ClientFailure: MessageError {
    var message: String {
        switch self {
        case .noClient(let id): "There is no client '\(id)'. 'countersign client list' shows the clients."
        case .noKey(let name, let client, .own), .noKey(let name, let client, .none):
            "The client has no key '\(name)'. '\(ShellCommand.show(client.text))' shows its keys."
        case .noKey(_, let client, .keySet(let url)):
            """
            The client's keys are managed where they are published, at \(url). '\(ShellCommand.show(client.text))' shows \
            its keys.
            """
        case .noKey(_, let client, .keyStore(let alias)):
            """
            The client's key is in the key store: '\(ShellCommand.text(["keystore", "remove"], on: alias.text))' removes it. \
            '\(ShellCommand.show(client.text))' shows its keys.
            """
        case .ambiguousKey(let name, let thumbprints):
            "\(thumbprints.count) keys of the client are called '\(name)'. Name one by its thumbprint: "
                + thumbprints.joined(separator: ", ")
        case .usesNoSecret(let client, let method):
            """
            The client authenticates with \(method.rawValue). To let it use a secret instead: \
            '\(ShellCommand.edit(client, ["--auth-method", "client_secret_basic"]))'.
            """
        case .noSecret(let name, let client):
            "The client has no secret '\(name)'. "
                + "'\(ShellCommand.text(["client", "secret", "list"], on: client.text))' shows its secrets."
        case .noSigningKey(let choice, let algorithms):
            """
            \(choice.response.flag): the server does not sign with \(choice.algorithm.name). Choose \
            \(algorithms.map(\.name).joined(separator: ", ")); or make it the algorithm of the server's access tokens \
            (\(choice.setting)), start the server once, and repeat the command.
            """
        case .reservedScope(let scope, let client):
            """
            The client '\(client)' registered itself, so it cannot have the scope \(scope). Register one for the admin API: \
            '\(ShellCommand.text(["client", "add", "--help"]))'.
            """
        case .revokedKey(let name, let client):
            """
            The key \(name) is revoked, and a revoked key cannot be reactivated. Give the client a new one with \
            '\(ShellCommand.edit(client, ["--jwks", "FILE"]))'.
            """
        }
    }
}

extension ClientDetails {
    func text(at now: UnixTime) -> String {
        Columns.text(client.rows + (registration.dynamic?.rows ?? []) + keyRows(at: now))
    }

    /// Lists the source of the keys, each key, and the sources without effect.
    private func keyRows(at now: UnixTime) -> [[String]] {
        var rows: [[String]] = []
        switch registration.keySource {
        case .own: rows.append(["Keys in force", "its own"])
        case .keySet(let url):
            rows.append(["Keys in force", "the key set at \(url)"])
            rows += keySetRows(at: now)
        case .keyStore(let alias):
            let note = alias == client.id.value ? "" : ", from a Java key store: in any case"
            rows.append(["Keys in force", "the key store's entry \(alias.text)\(note)"])
        case .none where client.authenticationMethod == .none: return []
        case .none: rows.append(["Keys in force", "none: the client cannot authenticate"])
        }
        let isEntry = if case .keyStore = registration.keySource { true } else { false }
        for (index, key) in keysInForce.enumerated() {
            rows.append([isEntry ? "Key" : "Key \(index + 1)", key.jwk.summary])
            let facts = [
                key.status?.text(at: now), key.addedAt.map { "added \($0.text)" },
                key.lastUsedAt.map { "last used \($0.text)" } ?? "never used",
            ]
            rows.append(["", facts.compactMap(\.self).joined(separator: ", ")])
            if let certificate = key.certificate { rows.append(["", certificate.facts.summary(at: now)]) }
        }
        if case .keySet = registration.keySource {
            rows += (keySet?.refused ?? []).map { refused in
                let name = refused.keyID.map { " (kid \($0.text))" } ?? ""
                return ["Skipped", "key \(refused.index + 1) of the set\(name): \(refused.reason)"]
            }
        }
        return rows + inactiveSources.map { ["Without effect", $0] }
    }

    private func keySetRows(at now: UnixTime) -> [[String]] {
        guard registration.dynamic?.origin != .open else {
            return [["", "read when a request needs it, and not kept: it registered without a token"]]
        }
        guard let keySet else { return [["", "not read yet; a running server reads it"]] }
        var rows: [[String]] = []
        if let fetched = keySet.fetchedAt, let fresh = keySet.freshUntil {
            rows.append(["", "read \(fetched.text), \(now < fresh ? "fresh until" : "stale since") \(fresh.text)"])
        } else {
            rows.append(["", "never read so far"])
        }
        if let problem = keySet.problem {
            let times = keySet.failures == 1 ? "the last attempt" : "the last \(keySet.failures) attempts"
            rows.append(["", "\(times) failed, most recently \(keySet.attemptedAt.text): \(problem)"])
        }
        return rows
    }
}

extension DynamicRegistration {
    /// How the client came, in two columns.
    fileprivate var rows: [[String]] {
        let token = initialAccessToken.map { " with the token \($0)" } ?? ", open to everyone"
        return [
            ["Registered by", "itself\(token)"], ["Last used", usedAt?.text ?? "never"],
            ["Removed", "\(expiresAt.text), unless it is used before"],
        ]
    }
}

extension DynamicRegistration.Origin {
    var text: String {
        switch self {
        case .token: "itself, with a token"
        case .open: "itself"
        }
    }
}

extension JWK {
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
    func text(at now: UnixTime) -> String {
        switch self {
        case .active: "active"
        case .retiring(let end): now < end ? "retires \(end.text)" : "retired since \(end.text)"
        case .revoked(let since): "revoked since \(since.text)"
        }
    }
}
