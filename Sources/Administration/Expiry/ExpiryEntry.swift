@_exported import Server

/// Something that ends, what happens then, and what can be done about it.
package struct ExpiryEntry: Sendable, Equatable {
    package let expiration: Expiration
    /// Of the client that depends on it.
    package let clientName: String?
    /// Whether the client is disabled, so that the end makes no difference.
    package let isOfDisabledClient: Bool
    /// What happens at the end, as a sentence.
    package let outcome: String
    /// What to do, as a sentence.
    package let remedy: String
    /// The command that does it, ready for a shell.
    package let command: String?

    package init(
        _ expiration: Expiration, clientName: String?, isOfDisabledClient: Bool, outcome: String, remedy: String,
        command: String?
    ) {
        self.expiration = expiration
        self.clientName = clientName
        self.isOfDisabledClient = isOfDisabledClient
        self.outcome = outcome
        self.remedy = remedy
        self.command = command
    }

    init(
        _ expiration: Expiration, of registration: ClientRegistration?,
        serverValidity: AssertionPolicy.CertificateValidity
    ) {
        let client = registration?.client
        let isEnforced = (client?.options.certificateValidity ?? serverValidity) == .enforce
        let advice = Self.advice(expiration, registration, isEnforced: isEnforced)
        self.init(
            expiration, clientName: client?.name, isOfDisabledClient: client?.isEnabled == false,
            outcome: advice.outcome, remedy: advice.remedy, command: advice.command)
    }

    private static func advice(
        _ expiration: Expiration, _ registration: ClientRegistration?, isEnforced: Bool
    ) -> (outcome: String, remedy: String, command: String?) {
        let client = expiration.client?.text ?? ""
        let name = expiration.name.text
        let outcome =
            isEnforced
            ? "Assertions signed with the key are refused." : "Assertions signed with the key are still accepted."
        switch expiration.kind {
        case .clientCertificate:
            return (
                outcome, "Add the next certificate of the client.",
                ShellCommand.edit(ClientID(client), ["--certificate", "FILE"])
            )
        case .clientKey:
            return ("Assertions signed with the key are refused.", "Planned: nothing.", ShellCommand.show(client))
        case .keyStoreCertificate:
            let command = ShellCommand.importing(as: name) + " --replace"
            guard let registration else {
                return ("Nothing changes: no client uses it.", "Import a new one, or delete the entry.", command)
            }
            guard case .keyStore = registration.keySource else {
                return ("Nothing changes: the client has another source of keys.", "Import a new one.", command)
            }
            return (outcome, "Import a new one.", command)
        case .keySetCertificate:
            return (
                "Nothing changes here: certificates in key sets are not checked.", "The client publishes the next one.",
                ShellCommand.show(client)
            )
        case .clientSecret:
            return (
                "The secret is refused.", "Add another secret, and give it to the client.",
                ShellCommand.text(["client", "secret", "add"], on: client)
            )
        case .registrationToken:
            return (
                "No further client can register itself with the token.", "Make another one, if it is still needed.",
                ShellCommand.text(["registration-token", "add"])
            )
        case .serverKey:
            return (
                "Tokens signed with the key cannot be verified any more. All have expired by then.",
                "Planned: nothing.", ShellCommand.text(["server-key", "list"])
            )
        case .tlsCertificate:
            return (
                "Clients and browsers refuse to connect.", "Renew it. The server reads the files again by itself.", nil
            )
        }
    }
}

extension ExpiryEntry {
    /// The entry as the admin API and `--json` show it.
    package var json: JSONObject {
        [
            "kind": .string(expiration.kind.rawValue), "ends_at": .string(expiration.at.text),
            "what": .string(expiration.phrase), "name": .string(expiration.name.text),
            "client_id": .string(expiration.client?.text) ?? .null, "client_name": .string(clientName) ?? .null,
            "client_disabled": .boolean(isOfDisabledClient), "subject": .string(expiration.subject) ?? .null,
            "url": .string(expiration.url) ?? .null, "outcome": .string(outcome), "remedy": .string(remedy),
            "command": .string(command) ?? .null,
        ]
    }

    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let kind = Expiration.Kind(rawValue: reader.requiredText("kind"))
        if kind == nil { reader.report("kind", detail: "It is not a kind that this version knows.") }
        let expiration = Expiration(
            kind ?? .clientKey, at: reader.requiredTime("ends_at"), key: "",
            client: reader.text("client_id", isNullable: true).map { ClientID($0) },
            name: ExactString(reader.requiredText("name")), subject: reader.text("subject", isNullable: true),
            url: reader.text("url", isNullable: true))
        self.init(
            expiration, clientName: reader.text("client_name", isNullable: true),
            isOfDisabledClient: reader.requiredBoolean("client_disabled"), outcome: reader.requiredText("outcome"),
            remedy: reader.requiredText("remedy"), command: reader.text("command", isNullable: true))
        try reader.finishIgnoringOthers()
    }
}
