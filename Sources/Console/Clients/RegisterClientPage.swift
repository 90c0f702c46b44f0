import Administration
import CountersignKeyFiles
import Pages

/// `/register-client`: the form of a new client.
struct RegisterClientPage: ConsolePage {
    static let location = "/register-client"

    let path = Self.location
    let takesForms = true
    let keepsForm = true
    // A client with a key and scopes is access that lasts longer than the sign-in.
    let isSensitive = true

    /// What does the same, without values.
    static let command = ShellCommand.text(["client", "add", "--name", "NAME", "--scope", "SCOPE", "--jwks", "FILE"])

    /// A client to which the form gives no ID.
    private static let made = Once.Thing(
        kind: .client, id: randomID, noun: "client", hasSecret: false, path: { ClientPage.path(of: ClientID($0)) },
        form: ("Register another client", location), crumbs: [("Clients", ClientListPage.location)])

    /// A UUID of random bytes (RFC 9562 §5.4).
    private static func randomID(_ bytes: [UInt8]) -> String {
        var bytes = Array(bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let parts = [bytes[..<4], bytes[4..<6], bytes[6..<8], bytes[8..<10], bytes[10...]]
        return parts.map { Hexadecimal.encode(Array($0)) }.joined(separator: "-")
    }

    func show(_ visit: Visit) -> any ConsoleContent {
        var client = ClientForm.plain
        client.grants = [.clientCredentials]
        return RegisterClientContent(
            id: "", keys: "", form: ClientForm(client), once: Once(), faults: [], base: visit.address.path)
    }

    func act(_ form: Form, _ visit: Visit) async throws -> Answer {
        let id = ClientField.trimmed(form.text("client_id") ?? "")
        guard id.isEmpty else { return try await register(id, typed: id, form, visit) }
        return try await Once.make(Self.made, form, visit) { try await register($0, typed: id, form, visit) }
    }

    /// - Parameter typed: the identifier in the form; empty if it has none.
    private func register(_ id: String, typed typedID: String, _ form: Form, _ visit: Visit) async throws -> Answer {
        let typed = ClientForm(form)
        let keyText = form.text("keys") ?? ""
        func refused(_ faults: [FieldFault]) -> Answer {
            .page(
                RegisterClientContent(
                    id: typedID, keys: keyText, form: typed, once: Once(form) ?? Once(), faults: faults,
                    base: visit.address.path), status: 400)
        }
        var client = ClientRecord(id: ClientID(id), name: "", createdAt: visit.now)
        client.grants = []
        var faults = typed.apply(to: &client)
        if !client.id.isRegistrable {
            faults.insert(
                FieldFault("A client ID has 1 to 255 bytes and no control characters.", field: "client_id"), at: 0)
        }
        if client.grants.isEmpty {
            faults.append(ClientForm.noGrant)
        }
        if client.name.isEmpty { client.name = client.id.text }
        var keys: [ImportedKey] = []
        do throws(FieldFault) {
            keys = try SentKeys.pasted(keyText)
        } catch {
            faults.append(FieldFault(error.message, field: "keys"))
        }
        guard faults.isEmpty else { return refused(faults) }
        do {
            let change = try await ClientAdministration(visit.store).register(client, keys: keys, at: visit.now)
            return .redirect(to: ClientPage.path(of: change.details.client.id), notice: "registered")
        } catch {
            // The form has no ID that could be chosen otherwise: it was sent before.
            if case StoreError.conflict = error, typedID.isEmpty { throw error }
            guard let fault = FieldContext.fault(error) else { throw error }
            return refused([fault])
        }
    }
}

/// Public keys that came with a form: any content that the command line takes as a file.
enum SentKeys {
    /// Reads a text that was pasted.
    ///
    /// - Parameter field: in which it was.
    /// - Returns: none for an empty text.
    static func pasted(_ text: String, in field: String = "keys") throws(FieldFault) -> [ImportedKey] {
        guard !ClientField.trimmed(text).isEmpty else { return [] }
        return try keys(Array(text.utf8), name: "The text", field: field)
    }

    static func uploaded(_ file: UploadedFile) throws(FieldFault) -> [ImportedKey] {
        try keys(file.content, name: file.label.isEmpty ? "The file" : file.label, field: "file")
    }

    private static func keys(_ content: [UInt8], name: String, field: String) throws(FieldFault) -> [ImportedKey] {
        do {
            return try KeyFile(content, name: name).keys
        } catch {
            throw FieldFault(error.message.prefix(1).uppercased() + error.message.dropFirst(), field: field)
        }
    }
}

struct RegisterClientContent: ConsoleContent {
    static let template = "register_client"

    let id: String
    /// As pasted.
    let keys: String
    let form: ClientForm
    let once: Once
    let faults: [FieldFault]
    /// The path of the console.
    let base: String

    var head: PageHead {
        PageHead(
            title: "Register a client", crumbs: [("Clients", ClientListPage.location)],
            lead:
                "A client is a program that may ask this server for tokens. Most need a name, what they may do, and a public key.",
            offersChanges: true, commands: [command])
    }

    private var command: String {
        var client = ClientForm.plain
        client.grants = []
        _ = form.apply(to: &client)
        let options = ClientForm.options(from: ClientForm.plain, to: client)
        let identifier = id.isEmpty ? [] : ShellCommand.option("--id", id)
        return PageHead.command(
            ShellCommand.text(["client", "add"] + identifier + options + ["--jwks", "FILE"]),
            or: RegisterClientPage.command)
    }

    var context: [String: Any] {
        var context: [String: Any] = [
            "action": base + RegisterClientPage.location, "cancel": base + ClientListPage.location, "id": id,
            "keys": keys, "once": once.value,
            "groups": form.groups(faults),
        ]
        if !faults.isEmpty { context["summary"] = FieldContext.summary(faults) }
        for (name, field) in [("id_fault", "client_id"), ("keys_fault", "keys")] {
            context[name] = faults.first { $0.field == field }.map { ["message": $0.message] }
        }
        return context
    }
}
