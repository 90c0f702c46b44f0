@_exported import Server

/// A new person as a document describes them.
package struct NewUserDocument: Sendable {
    package let user: UserRecord
    package let password: NewPasswordDocument?

    /// - Throws: `InvalidDocument`.
    package init(_ document: JSONObject, at now: UnixTime) throws(InvalidDocument) {
        var reader = DocumentReader(document)
        let members = UserMembers(&reader)
        password = NewPasswordDocument(&reader, isRequired: false)
        try reader.finish()
        user = UserRecord(
            name: members.name, claims: members.claims, groups: members.groups, isEnabled: members.isEnabled,
            createdAt: now)
    }
}

/// A password in a document: `password`, or `generate_password` for one that the server chooses.
package enum NewPasswordDocument: Sendable {
    case given(String)
    case generated

    /// - Throws: `InvalidDocument`, if there is none.
    package init(_ document: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(document)
        let password = NewPasswordDocument(&reader, isRequired: true)
        try reader.finish()
        self = password ?? .generated
    }

    fileprivate init?(_ reader: inout DocumentReader, isRequired: Bool) {
        let (given, isGenerated) = (reader.text("password"), reader.boolean("generate_password") ?? false)
        switch (given, isGenerated) {
        case (let given?, false): self = .given(given)
        case (nil, true): self = .generated
        case (_?, true):
            reader.report("generate_password", detail: "There is a password already. Leave one of the two out.")
            return nil
        case (nil, false):
            if isRequired {
                reader.report("password", detail: "It is missing. Send a password, or generate_password: true.")
            }
            return nil
        }
    }

    /// The password in plain text. A generated one has at least 128 random bits.
    ///
    /// - Parameter rules: for its length.
    package func text(_ rules: PasswordRules) -> String {
        switch self {
        case .given(let text): text
        // Six bits a character.
        case .generated: Base64URL.encode(RandomBytes.make(max(18, (rules.minimumLength * 6 + 7) / 8)))
        }
    }
}

/// What an administrator writes of a person.
private struct UserMembers {
    let name: String
    let isEnabled: Bool
    let claims: JSONObject
    let groups: [String]

    init(_ reader: inout DocumentReader) {
        name = reader.requiredText(
            "user_name", "It must have 1 to 255 bytes, no control characters, and no space at its beginning or end.",
            isAllowed: UserRecord.isName)
        isEnabled = reader.boolean("enabled") ?? true
        groups = reader.texts("groups") ?? []
        for (index, group) in groups.enumerated() where !UserRecord.isName(group) {
            reader.report("groups", String(index), detail: "The name of a group follows the rules of user names.")
        }
        claims = reader.object("claims") ?? [:]
        for claim in claims.members {
            do throws(UserClaimFault) {
                _ = try StandardClaim(claim.name.text).checked(claim.value)
            } catch {
                reader.report("claims", error.claim, detail: error.sentence)
            }
        }
    }
}

extension UserRecord {
    /// The members that a document can change.
    private var writable: JSONObject {
        [
            "user_name": .string(name), "enabled": .boolean(isEnabled), "claims": .object(claims),
            "groups": .array(groups),
        ]
    }

    /// Returns the person after a change by a document.
    package func changed(by change: DocumentChange, at now: UnixTime) throws(InvalidDocument) -> UserRecord {
        var document = change.applied(to: writable)
        if case .patch = change, case .object(var claims)? = document["claims"], claims["address"] == .object([:]) {
            // The last member of the address was removed.
            claims.remove("address")
            document.set("claims", .object(claims))
        }
        var reader = DocumentReader(document)
        // A person whom somebody has disabled is not enabled by a document that does not say so.
        reader.require("enabled")
        let members = UserMembers(&reader)
        reader.readOnly(
            ["sub", "has_password", "password_changed_at", "created_at", "updated_at"], as: json,
            changing: ["sessions", "access"])
        try reader.finish()
        var user = self
        (user.name, user.isEnabled, user.groups) = (members.name, members.isEnabled, members.groups)
        user.claims = members.claims
        let sent: JSONObject = if case .object(let claims)? = change.sent["claims"] { claims } else { [:] }
        user.withdrawVerification(since: claims, except: sent.members.map(\.name.text))
        user.updatedAt = now
        return user
    }

    /// A new e-mail address or telephone number is not verified, unless the change says so.
    ///
    /// - Parameters:
    ///   - before: the claims before the change.
    ///   - named: the claims that the change names.
    mutating func withdrawVerification(since before: JSONObject, except named: [String]) {
        for (name, verified) in [("email", "email_verified"), ("phone_number", "phone_number_verified")]
        where claims[name] != before[name] && !named.contains(verified) {
            claims.remove(verified)
        }
    }
}

extension UserChanges {
    /// The changes as a JSON merge patch (RFC 7396) of the person.
    package func mergePatch() throws(UserClaimFault) -> JSONObject {
        var patch: JSONObject = [
            "user_name": .string(name), "groups": groups.map { .array($0) },
        ]
        guard !claims.isEmpty else { return patch }
        var changed: JSONObject = [:]
        var address: JSONObject = [:]
        for (name, text) in claims {
            if name.hasPrefix("address.") {
                address.set(String(name.dropFirst(8)), text.isEmpty ? .null : .string(text))
            } else {
                changed.set(name, text.isEmpty ? .null : try StandardClaim(name).value(of: text))
            }
        }
        if !address.members.isEmpty { changed.set("address", .object(address)) }
        patch.set("claims", .object(changed))
        return patch
    }
}

extension UserClaimFault {
    fileprivate var sentence: String { problem.prefix(1).uppercased() + problem.dropFirst() + "." }
}
