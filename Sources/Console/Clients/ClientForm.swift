import Administration
import Crypto
import Pages

/// What the form of a client says, field by field, as it was typed.
struct ClientForm: Sendable, Equatable {
    /// The hidden field with the digest of the registration that the form was made from.
    static let basisField = "made_from"

    static let noGrant = FieldFault(
        "Say what it may do: tokens for itself, or for people.", field: "grant_client_credentials")

    private var values: [String: String]

    init(_ client: ClientRecord) {
        values = Dictionary(uniqueKeysWithValues: ClientFields.all.map { ($0.name, $0.read(client)) })
    }

    init(_ form: Form) {
        values = Dictionary(
            uniqueKeysWithValues: ClientFields.all.map { ($0.name, ClientField.trimmed(form.text($0.name) ?? "")) })
    }

    subscript(field: ClientField) -> String { values[field.name] ?? "" }

    /// Changes a registration to what the form says.
    ///
    /// - Returns: what was not accepted.
    func apply(to client: inout ClientRecord) -> [FieldFault] {
        ClientFields.all.compactMap { field in
            do throws(FieldFault) {
                try field.write(&client, self[field])
                return nil
            } catch {
                return FieldFault(error.message, field: field.name)
            }
        }
    }

    /// A digest of what the form can change of a registration. Keys and secrets are not part of it: to add one meanwhile is no conflict.
    static func basis(of client: ClientRecord) -> String {
        let text = FormWriter.encoded(ClientFields.all.map { ($0.name, $0.read(client)) })
        return Base64URL.encode(Array(SHA256.hash(data: Array(text.utf8))))
    }

    /// Whether a registration is still that of a digest.
    static func isBasis(_ digest: String, of client: ClientRecord) -> Bool {
        ExactString(basis(of: client)) == ExactString(digest)
    }

    // MARK: Changes

    struct Change: Sendable, Equatable {
        let name: String
        let label: String
        let before: String
        let after: String
    }

    static func changes(from before: ClientRecord, to after: ClientRecord) -> [Change] {
        ClientFields.all.compactMap { field in
            let (old, new) = (field.read(before), field.read(after))
            guard !old.utf8.elementsEqual(new.utf8) else { return nil }
            return Change(name: field.name, label: field.label, before: field.shown(old), after: field.shown(new))
        }
    }

    /// Returns the options of `client add` or `client edit` that make one registration of another.
    static func options(from before: ClientRecord, to after: ClientRecord) -> [String] {
        let grants =
            before.grants == after.grants ? [] : after.grants.flatMap { ["--grant", $0.rawValue] }
        return grants
            + ClientFields.all.flatMap { field -> [String] in
                let (old, new) = (field.read(before), field.read(after))
                return old.utf8.elementsEqual(new.utf8) ? [] : field.options(new)
            }
    }

    // MARK: Showing

    /// The values of the template `fields`.
    func groups(_ faults: [FieldFault] = []) -> [[String: Any]] {
        ClientFields.groups.map { group in
            let isFaulty = group.fields.contains { field in faults.contains { $0.field == field.name } }
            let isEmpty = group.fields.allSatisfy { self[$0].utf8.elementsEqual($0.read(Self.plain).utf8) }
            var context: [String: Any] = [
                "id": group.id, "title": group.title, "is_folded": group.isFolded,
                "is_open": isFaulty || !isEmpty,
                "fields": group.fields.map { field in
                    FieldContext.context(
                        field, value: self[field], fault: faults.first { $0.field == field.name }?.message)
                },
            ]
            context["note"] = group.note.isEmpty ? nil : group.note
            return context
        }
    }

    /// All values as hidden fields.
    var hidden: [[String: String]] {
        ClientFields.all.compactMap { field in
            let value = self[field]
            return value.isEmpty ? nil : ["name": field.name, "value": value]
        }
    }

    /// A new client about which nothing has been said.
    static let plain = ClientRecord(id: "new", name: "", createdAt: UnixTime(seconds: 0))
}

/// The values of the templates of a form that was not accepted.
enum FieldContext {
    static func context(_ field: ClientField, value: String, fault: String?) -> [String: Any] {
        context(
            FormContent.Field(
                name: field.name, label: field.label, hint: field.hint, control: field.control, value: value),
            fault: fault)
    }

    static func context(_ field: FormContent.Field, fault: String?) -> [String: Any] {
        let value = field.value
        var context: [String: Any] = [
            "name": field.name, "label": field.label, "hint": field.hint, "has_hint": !field.hint.isEmpty,
            "value": value,
        ]
        context["fault"] = fault.map { ["id": field.name + "-message", "message": $0] }
        switch field.control {
        case .text(let isKey):
            context["text"] = ["class": isKey ? "key" : ""]
        case .password: context["password"] = true
        case .lines:
            context["lines"] = ["rows": String(max(2, min(10, value.split(separator: "\n").count + 1)))]
        case .check:
            context["check"] = ["is_checked": !value.isEmpty]
        case .choice(let choices):
            context["choice"] = [
                "choices": choices.map {
                    ["value": $0.value, "label": $0.label, "is_selected": $0.value == value] as [String: Any]
                }
            ]
        }
        return context
    }

    /// The summary above the form, which links to each field.
    static func summary(_ faults: [FieldFault]) -> [String: Any] {
        [
            "title": faults.count == 1 ? "One field needs another look" : "\(faults.count) fields need another look",
            "faults": faults.map { ["field": $0.field.isEmpty ? "main" : $0.field, "message": $0.message] },
        ]
    }

    /// What an error of a use case says about the form of a client.
    ///
    /// - Returns: `nil` for an error that has nothing to do with what was typed.
    static func fault(_ error: any Error) -> FieldFault? {
        switch error {
        case let fault as FieldFault: fault
        case let fault as SignInFault: fault.inForm
        case ClientFailure.noSigningKey(let choice, let algorithms):
            FieldFault(
                "The server has no key for \(choice.algorithm.name). It signs with \(algorithms.map(\.name).joined(separator: ", ")).",
                field: choice.response.rawValue)
        case ClientFailure.reservedScope(let scope, _):
            FieldFault(
                "\(FieldFault.quoted(scope)) is for clients of operators: one that registered itself cannot have it.",
                field: "scope")
        case StoreError.conflict: FieldFault("A client has this ID already. Choose another one.", field: "client_id")
        case StoreError.invalid(let reason): FieldFault(reason + ".")
        default: nil
        }
    }
}

extension SignInFault {
    var inForm: FieldFault {
        switch self {
        case .noRedirectURI:
            FieldFault("People who sign in need a place to return to: add a redirect URI.", field: "redirect_uris")
        case .redirectURI(let uri, let problem):
            FieldFault("\(FieldFault.quoted(uri)) cannot be used: \(problem).", field: "redirect_uris")
        case .postLogoutRedirectURI(let uri, let problem):
            FieldFault("\(FieldFault.quoted(uri)) cannot be used: \(problem).", field: "post_logout_redirect_uris")
        case .tooManyURIs(let member, let maximum):
            FieldFault("A client can have at most \(maximum). Use one for several purposes.", field: member)
        case .notAWebURL(let member, let url):
            FieldFault("\(FieldFault.quoted(url)) is not an http or https URL.", field: member)
        case .notAnHTTPSURL(let member, let url):
            FieldFault("\(FieldFault.quoted(url)) is not an https URL that this server can call.", field: member)
        case .publicClientCredentials:
            FieldFault(
                "A public client proves nothing, so it gets no tokens for itself.", field: "grant_client_credentials")
        case .ambiguousSector(let hosts):
            FieldFault(
                "The redirect URIs are on several hosts (\(hosts.prefix(8).joined(separator: ", "))), so its own identifiers need a sector identifier URI.",
                field: "sector_identifier_uri")
        case .patternWithoutSector(let pattern):
            FieldFault(
                "\(FieldFault.quoted(pattern)) has no certain host, so its own identifiers need a sector identifier URI.",
                field: "sector_identifier_uri")
        }
    }
}
