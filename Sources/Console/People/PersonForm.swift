import Administration
import Crypto
import Pages

/// What the form of a person says, field by field, as it was typed.
struct PersonForm: Sendable {
    /// The hidden field with the digest of the person that the form was made from.
    static let basisField = "made_from"
    private static let (nameField, groupsField, verifiedField, othersField) = (
        "user_name", "groups", "email_verified", "claims"
    )

    /// The claims that have a field of their own.
    private static let claims: [(name: String, label: String, hint: String)] = [
        ("name", "Full name", "How pages address the person (name)."),
        ("given_name", "Given name", ""), ("family_name", "Family name", ""),
        ("email", "E-mail address", "The person can sign in with it, too."),
        ("phone_number", "Telephone number", "Such as +49 30 123456."),
        ("locale", "Language", "A language tag, such as en or de-CH."),
    ]

    private var values: [String: String]

    init(_ user: UserRecord) {
        values = [
            Self.nameField: user.name, Self.groupsField: user.groups.joined(separator: "\n"),
            Self.verifiedField: user.claims["email_verified"] == .boolean(true) ? "yes" : "",
            Self.othersField: Self.others(user).map { "\($0.name)=\($0.text)" }.joined(separator: "\n"),
        ]
        for claim in Self.claims { values[claim.name] = user.claims.string(claim.name)?.text ?? "" }
    }

    init(_ form: Form) {
        let names = [Self.nameField, Self.groupsField, Self.verifiedField, Self.othersField] + Self.claims.map(\.name)
        values = Dictionary(uniqueKeysWithValues: names.map { ($0, ClientField.trimmed(form.text($0) ?? "")) })
    }

    subscript(name: String) -> String { values[name] ?? "" }

    /// The other claims, each as a line of the form.
    private static func others(_ user: UserRecord) -> [(name: String, text: String)] {
        user.claims.members.compactMap { member in
            let name = member.name.text
            guard name != verifiedField, !claims.contains(where: { $0.name == name }) else { return nil }
            let isText = (try? StandardClaim(name)).map { $0.kind != .other && $0.kind != .address } ?? false
            if isText, case .string(let text) = member.value { return (name, text.text) }
            return (name, member.value.render())
        }
    }

    /// A digest of what the form can change of a person.
    static func basis(of user: UserRecord) -> String {
        let text = FormWriter.encoded(PersonForm(user).values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        return Base64URL.encode(Array(SHA256.hash(data: Array(text.utf8))))
    }

    static func isBasis(_ digest: String, of user: UserRecord) -> Bool {
        ExactString(basis(of: user)) == ExactString(digest)
    }

    // MARK: Reading

    /// Returns what differs from a person, so that a claim that the form does not change is left alone.
    func changes(from user: UserRecord) -> (changes: UserChanges, faults: [FieldFault]) {
        let before = PersonForm(user)
        var (changes, faults): (UserChanges, [FieldFault]) = (UserChanges(), [])
        func differs(_ name: String) -> Bool { !self[name].utf8.elementsEqual(before[name].utf8) }
        if differs(Self.nameField) { changes.name = self[Self.nameField] }
        if differs(Self.groupsField) { changes.groups = groups }
        for claim in Self.claims where differs(claim.name) { changes.claims.append((claim.name, self[claim.name])) }
        if differs(Self.verifiedField) {
            changes.claims.append((Self.verifiedField, self[Self.verifiedField].isEmpty ? "false" : "true"))
        }
        do throws(FieldFault) {
            changes.claims += try otherChanges(from: Self.others(user))
        } catch {
            faults.append(error)
        }
        return (changes, faults + self.faults(changes, of: user))
    }

    var groups: [String] { ClientField.values(in: self[Self.groupsField]) }

    private func otherChanges(
        from before: [(name: String, text: String)]
    ) throws(FieldFault) -> [(name: String, text: String)] {
        var typed: [(name: String, text: String)] = []
        for line in ClientField.values(in: self[Self.othersField]) {
            guard let sign = line.firstIndex(of: "=") else {
                throw FieldFault("“\(line)” is not NAME=VALUE.", field: Self.othersField)
            }
            let name = ClientField.trimmed(String(line[..<sign]))
            guard name != Self.verifiedField, !Self.claims.contains(where: { $0.name == name }) else {
                throw FieldFault("The claim “\(name)” has a field of its own.", field: Self.othersField)
            }
            guard !typed.contains(where: { $0.name == name }) else {
                throw FieldFault("The claim “\(name)” is there twice.", field: Self.othersField)
            }
            typed.append((name, ClientField.trimmed(String(line[line.index(after: sign)...]))))
        }
        let removed = before.filter { old in !typed.contains { $0.name == old.name } }
        return typed.filter { new in !before.contains { $0 == new } } + removed.map { ($0.name, "") }
    }

    private func faults(_ changes: UserChanges, of user: UserRecord) -> [FieldFault] {
        var faults: [FieldFault] = []
        if !UserRecord.isName(self[Self.nameField]) {
            faults.append(
                FieldFault(
                    "A user name has 1 to 255 bytes, no control characters, and no space at its ends.",
                    field: Self.nameField))
        }
        if let group = groups.first(where: { !UserRecord.isName($0) }) {
            faults.append(
                FieldFault("“\(group)” cannot be the name of a group: it has 1 to 255 bytes.", field: Self.groupsField))
        }
        var copy = user
        do throws(UserClaimFault) {
            try changes.apply(to: &copy)
        } catch {
            let isOwn = error.claim == Self.verifiedField || Self.claims.contains { $0.name == error.claim }
            let problem = error.problem.prefix(1).uppercased() + error.problem.dropFirst() + "."
            faults.append(
                FieldFault(
                    isOwn ? problem : "“\(error.claim)”: \(error.problem).",
                    field: isOwn ? error.claim : Self.othersField))
        }
        return faults
    }

    /// What an error of the store says about the form.
    ///
    /// - Returns: `nil` for an error that has nothing to do with what was typed.
    static func fault(_ error: any Error) -> FieldFault? {
        if let fault = SetupForm.Fault(error) {
            let field = fault.field == .password ? "password" : nameField
            return FieldFault(fault.message, field: field)
        }
        return nil
    }

    /// What somebody else has saved meanwhile, at each field where it differs from what was typed.
    func differences(from user: UserRecord) -> [FieldFault] {
        FormContent.differences(between: PersonForm(user).fields, and: fields)
    }

    // MARK: Showing

    var fields: [FormContent.Group] {
        let claims = Self.claims.map { claim in
            FormContent.Field(name: claim.name, label: claim.label, hint: claim.hint, value: self[claim.name])
        }
        let verified = FormContent.Field(
            name: Self.verifiedField, label: "The e-mail address is verified",
            hint: "A new address counts as not verified: tick this after it was saved.", control: .check,
            value: self[Self.verifiedField])
        return [
            FormContent.Group(
                id: "identity", title: "Who it is", note: "What clients learn depends on the scopes that they ask for",
                fields: [
                    FormContent.Field(
                        name: Self.nameField, label: "User name",
                        hint: "What the person types to sign in. Capital letters make no difference.",
                        value: self[Self.nameField])
                ] + claims.prefix(4) + [verified] + claims.dropFirst(4)),
            FormContent.Group(
                id: "rights", title: "Groups and other claims",
                fields: [
                    FormContent.Field(
                        name: Self.groupsField, label: "Groups",
                        hint:
                            "One on each line. Members of “\(AdminGroup.admin.rawValue)” may change everything on this server, members of "
                            + "“\(AdminGroup.viewer.rawValue)” may look at everything.",
                        control: .lines, value: self[Self.groupsField]),
                    FormContent.Field(
                        name: Self.othersField, label: "Other claims",
                        hint: "One on each line, such as website=https://alice.example. The address is a JSON object.",
                        control: .lines, value: self[Self.othersField]),
                ]),
        ]
    }
}
