extension FailureKind {
    package static let noClient = FailureKind("no_client", status: 404, "The client is not registered")
    package static let noKey = FailureKind("no_key", status: 404, "The client has no such key")
    package static let ambiguousKey = FailureKind("ambiguous_key", status: 409, "Several keys have this name")
    package static let usesNoSecret = FailureKind("uses_no_secret", status: 409, "The client does not use secrets")
    package static let noSecret = FailureKind("no_secret", status: 404, "The client has no such secret")
    package static let noSigningKey = FailureKind(
        "no_signing_key", status: 409, "The server has no key for this algorithm")
    package static let reservedScope = FailureKind(
        "reserved_scope", status: 409, "The client cannot have this scope")
    package static let revokedKey = FailureKind("revoked_key", status: 409, "The key is revoked")
}

extension ClientFailure: NamedFailure {
    package var kind: FailureKind {
        switch self {
        case .noClient: .noClient
        case .noKey: .noKey
        case .ambiguousKey: .ambiguousKey
        case .usesNoSecret: .usesNoSecret
        case .noSecret: .noSecret
        case .noSigningKey: .noSigningKey
        case .reservedScope: .reservedScope
        case .revokedKey: .revokedKey
        }
    }

    package var detail: String {
        switch self {
        case .noClient(let id): "The client '\(id)' is not registered."
        case .noKey(let name, let id, _): "The client '\(id)' has no key of its own with the name '\(name)'."
        case .ambiguousKey(let name, let thumbprints):
            "Several keys have the kid '\(name)'. Name one by its thumbprint: \(thumbprints.joined(separator: ", "))."
        case .usesNoSecret(let id, let method):
            "The client '\(id)' is registered for \(method.rawValue) and not for a secret."
        case .noSecret(let name, let id): "The client '\(id)' has no secret '\(name)'."
        case .noSigningKey(let choice, let algorithms):
            "\(choice.response.rawValue): the server has no key for \(choice.algorithm.name); it signs with "
                + "\(algorithms.map(\.name).joined(separator: ", "))."
        case .reservedScope(let scope, let id):
            "The client '\(id)' registered itself, so it cannot have the scope \(scope). Register a client for the admin API."
        case .revokedKey(let name, _):
            "The key '\(name)' is revoked and cannot be used again. To use it all the same, remove it and add it again."
        }
    }

    package var facts: JSONObject {
        switch self {
        case .noClient(let id): ["client_id": .string(id)]
        case .noKey(let name, let id, let source):
            ["key": .string(name), "client_id": .string(id.value), "key_source": .object(source.facts)]
        case .ambiguousKey(let name, let thumbprints): ["key": .string(name), "thumbprints": .array(thumbprints)]
        case .usesNoSecret(let id, let method):
            ["client_id": .string(id.value), "token_endpoint_auth_method": .string(method.rawValue)]
        case .noSecret(let name, let id): ["secret": .string(name), "client_id": .string(id.value)]
        case .noSigningKey(let choice, let algorithms):
            [
                "member": .string(choice.response.rawValue), "algorithm": .string(choice.algorithm.name),
                "server_algorithms": .array(algorithms.map(\.name)),
            ]
        case .reservedScope(let scope, let id): ["scope": .string(scope), "client_id": .string(id.value)]
        case .revokedKey(let name, let id): ["key": .string(name), "client_id": .string(id.value)]
        }
    }

    package init?(code: String, facts: JSONObject) {
        let client = facts.string("client_id").map(ClientID.init)
        let key = facts.string("key")?.text
        switch (code, client, key) {
        case (FailureKind.noClient.code, let client?, _): self = .noClient(client.text)
        case (FailureKind.noKey.code, let client?, let key?):
            guard case .object(let object)? = facts["key_source"], let source = KeySource(facts: object) else {
                return nil
            }
            self = .noKey(key, client, source)
        case (FailureKind.ambiguousKey.code, _, let key?):
            guard let thumbprints = facts.oneOrMany("thumbprints") else { return nil }
            self = .ambiguousKey(key, thumbprints: thumbprints)
        case (FailureKind.usesNoSecret.code, let client?, _):
            let name = facts.string("token_endpoint_auth_method")?.text
            guard let method = name.flatMap(AuthenticationMethod.init(rawValue:)) else { return nil }
            self = .usesNoSecret(client, method)
        case (FailureKind.noSecret.code, let client?, _):
            guard let name = facts.string("secret")?.text else { return nil }
            self = .noSecret(name, client)
        case (FailureKind.noSigningKey.code, _, _):
            guard let response = facts.string("member").flatMap({ SignedResponse(rawValue: $0.text) }),
                let algorithm = facts.string("algorithm").flatMap(SignatureAlgorithm.init(name:)),
                let names = facts.oneOrMany("server_algorithms")
            else { return nil }
            self = .noSigningKey(
                SignedResponse.Choice(response, algorithm),
                names.compactMap { SignatureAlgorithm(name: ExactString($0)) })
        case (FailureKind.reservedScope.code, let client?, _):
            guard let scope = facts.string("scope")?.text else { return nil }
            self = .reservedScope(scope, client)
        case (FailureKind.revokedKey.code, let client?, let key?): self = .revokedKey(key, client)
        default: return nil
        }
    }
}

extension KeySource {
    fileprivate var facts: JSONObject {
        switch self {
        case .own: ["source": "own"]
        case .keySet(let url): ["source": "jwks_uri", "jwks_uri": .string(url)]
        case .keyStore(let alias): ["source": "keystore", "alias": .string(alias)]
        case .none: ["source": "none"]
        }
    }

    fileprivate init?(facts: JSONObject) {
        switch (facts.string("source")?.text, facts.string("jwks_uri"), facts.string("alias")) {
        case ("own", _, _): self = .own
        case ("jwks_uri", let url?, _): self = .keySet(url: url.text)
        case ("keystore", _, let alias?): self = .keyStore(alias: alias)
        case ("none", _, _): self = .none
        default: return nil
        }
    }
}
