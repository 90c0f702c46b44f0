@_exported import Server

/// The wording of the operator's remedies for a refusal: commands to copy, and settings by name.
package struct OperatorRemedyText {
    private let client: String
    private let store: String

    /// - Parameters:
    ///   - client: the client of the refusal, or `nil` if it is unknown. A truncated ID, or one that looks like an option, is omitted.
    ///   - options: name the server in commands; none for the default.
    package init(client: String? = nil, options: [String] = []) {
        self.client =
            client.flatMap { $0.utf8.count < 250 && !$0.isEmpty && !$0.hasPrefix("-") ? ShellCommand.word($0) : nil }
            ?? "ID"
        store = options.map { " " + ShellCommand.word($0) }.joined()
    }

    /// The remedies, each in one or more sentences.
    package func sentences(_ remedies: [OperatorRemedy]) -> String {
        remedies.isEmpty
            ? "Nothing: only the client can change this." : remedies.map(sentence).joined(separator: " ")
    }

    private func sentence(_ remedy: OperatorRemedy) -> String {
        switch remedy {
        case .registerClient:
            "Look for a typing error in the client ID: countersign client list\(store). If the client is new, register it: "
                + "countersign client add --id \(client)\(store) --name NAME --jwks FILE."
        case .enableClient: "If it may authenticate again, enable it: countersign client enable \(client)\(store)."
        case .registerForPrivateKeyJWT: "Register the client for private_key_jwt."
        case .correctMetadataDocument:
            "Have the document at the client's URL corrected, or add its host to allowed_hosts of "
                + "[client_id_metadata_documents]."
        case .stopRequiringTyping:
            "For a client that cannot set typ, remove the requirement: require_explicit_typing under [assertions], "
                + "or in the client's registration."
        case .stopRequiringIssuedAt: "iat is required by require_issued_at under [assertions]."
        case .acceptMissingJWTID:
            "For a client whose library sends no jti: \(edit("--audience-profile legacy"))."
        case .changeSigningAlgorithm(let algorithm):
            "Or change the registration: \(edit("--auth-signing-alg \(algorithm.name)"))."
        case .inspectAssertion:
            "With a copy of the assertion, countersign assertion inspect TOKEN\(store) shows whether a registered key made the "
                + "signature, and how."
        case .registerSigningKey:
            "Tell the client the thumbprint above. If it signs with a key that is not registered, register its public half: "
                + "\(edit("--jwks FILE"))."
        case .registerNewKey: "Register a new public key: \(edit("--jwks FILE"))."
        case .registerFirstKey: "Register the client's public key: \(edit("--jwks FILE"))."
        case .registerKeyStoreEntry:
            "Give the client its key: countersign keystore export ALIAS\(store) --out FILE, then \(edit("--certificate FILE"))."
        case .removeUnusedKeys:
            "Remove keys that are not in use any more: countersign client key list \(client)\(store)."
        case .allowKeySetAddress:
            "This server's own policy refuses the address. What was found names the setting under [remote_keys], if there is "
                + "one; or register the keys: \(edit("--jwks FILE"))."
        case .checkKeySetURL:
            "See that this machine reaches the jwks_uri: countersign client show \(client)\(store) shows its state."
        case .renewCertificate:
            "Register the client's new certificate: \(edit("--certificate FILE")). Until then: --certificate-validity warn."
        case .acceptAudience(let aliases):
            "If the client's address for this server is right, set issuer under [server] to it, or accept it as well: "
                + "audience_aliases under [assertions]" + (aliases == 0 ? "." : " (\(aliases) so far).")
        case .acceptFurtherAudiences: "For one client that sends others too: --audience-profile legacy."
        case .raiseMaximumLifetime:
            "The limit is maximum_lifetime_minutes under [assertions]; it applies to all clients."
        case .raiseMaximumAge: "The limit is properties.RejectBeforeInMinutes under [[event_listener]]."
        case .checkClock: "If clients with a right clock are refused too, the server's own is wrong: see timedatectl."
        case .allowReuse: "For a client that cannot: \(edit("--allow-reuse"))."
        case .written(let text): text
        }
    }

    private func edit(_ options: String) -> String { "countersign client edit \(client)\(store) \(options)" }
}
