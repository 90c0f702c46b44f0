@_exported import Server

/// The reason why an operation on the change log was refused.
package enum ChangeFailure: Error, Equatable {
    case noChange(Int64)
    /// The archived change with this number is another one.
    case otherDigest(Int64)
    case notUndoable(Int64, NotUndoable)
    /// What the change concerns was changed since, in these members.
    case changedSince(Int64, members: [String])
    /// What the change concerns was removed since.
    case removedSince(Int64, ChangeSubject)
}

/// Why a change cannot be undone.
package enum NotUndoable: Sendable, Equatable {
    /// It added its subject, whose removal ends more than the change began.
    case addition
    /// A revoked key cannot be used again.
    case revokedKey
    /// The log has no secrets and no passwords.
    case secret
    /// What was removed with its subject is not in the log: sessions, access, or a registration access token.
    case removal
    /// What has ended cannot begin again.
    case ended
    /// The key store is changed by importing a certificate.
    case keyStore
    /// The server's keys are changed by `server-key` alone.
    case serverKey
    /// What it changed is already as it was before.
    case unchanged
    /// The rules of today do not allow it: a sentence.
    case refused(String)
    /// The row cannot be read as the kind of change that it says it is.
    case unreadable

    /// A sentence for people.
    package var message: String {
        switch self {
        case .addition: "It added what it is about. To end that, remove it or disable it."
        case .revokedKey: "It revoked a key, which is final. Register a new key."
        case .secret: "It changed a secret or a password, which the log does not contain. Set a new one."
        case .removal:
            "What was removed is not in the log completely: secrets, passwords, sessions and what people allowed are missing. "
                + "Add it again."
        case .ended: "What has ended cannot begin again."
        case .keyStore: "Import the certificate again: countersign keystore import."
        case .serverKey: "Change the server's keys with countersign server-key."
        case .unchanged: "What it changed is already as it was before."
        case .refused(let reason): "Undone, it would not be accepted today: \(reason)"
        case .unreadable: "The change cannot be read by this version."
        }
    }
}

extension ChangeFailure: NamedFailure {
    package var kind: FailureKind {
        switch self {
        case .noChange: FailureKind("no_change", status: 404, "The change is not in the log")
        case .otherDigest: FailureKind("other_digest", status: 409, "The change has another digest")
        case .notUndoable: FailureKind("not_undoable", status: 409, "The change cannot be undone")
        case .changedSince: FailureKind("changed_since", status: 409, "It was changed since")
        case .removedSince: FailureKind("removed_since", status: 409, "It was removed since")
        }
    }

    package var detail: String {
        switch self {
        case .noChange(let number): "The log has no change \(number)."
        case .otherDigest(let number): "Change \(number) has another digest than that of the archive."
        case .notUndoable(let number, let reason): "Change \(number) cannot be undone. \(reason.message)"
        case .changedSince(let number, let members):
            "Change \(number) cannot be undone, because this was changed since: \(members.joined(separator: ", "))."
        case .removedSince(let number, let subject):
            "Change \(number) cannot be undone, because the \(subject.kind.noun) '\(subject.id)' was removed since."
        }
    }

    package var facts: JSONObject {
        switch self {
        case .noChange(let number), .otherDigest(let number): ["number": .number(number)]
        case .notUndoable(let number, let reason):
            ["number": .number(number), "reason": .string(reason.code), "rule": .string(reason.rule)]
        case .changedSince(let number, let members): ["number": .number(number), "members": .array(members)]
        case .removedSince(let number, let subject):
            [
                "number": .number(number), "subject_kind": .string(subject.kind.rawValue),
                "subject_id": .string(subject.id),
            ]
        }
    }

    package init?(code: String, facts: JSONObject) {
        guard case .number(let value)? = facts["number"], let number = value.integer else { return nil }
        switch code {
        case "no_change": self = .noChange(number)
        case "other_digest": self = .otherDigest(number)
        case "not_undoable":
            guard let reason = NotUndoable(facts.string("reason")?.text, facts.string("rule")?.text) else { return nil }
            self = .notUndoable(number, reason)
        case "changed_since":
            guard case .array(let members)? = facts["members"] else { return nil }
            self = .changedSince(
                number, members: members.compactMap { if case .string(let text) = $0 { text.text } else { nil } })
        case "removed_since":
            guard let kind = facts.string("subject_kind").flatMap({ ChangeSubject.Kind(rawValue: $0.text) }),
                let id = facts.string("subject_id")
            else { return nil }
            self = .removedSince(number, ChangeSubject(kind, id))
        default: return nil
        }
    }
}

extension NotUndoable {
    private static let plain: [NotUndoable] = [
        .addition, .revokedKey, .secret, .removal, .ended, .keyStore, .serverKey, .unchanged,
        .unreadable,
    ]

    /// Stable across releases.
    fileprivate var code: String {
        switch self {
        case .addition: "addition"
        case .revokedKey: "revoked_key"
        case .secret: "secret"
        case .removal: "removal"
        case .ended: "ended"
        case .keyStore: "keystore"
        case .serverKey: "server_key"
        case .unchanged: "unchanged"
        case .refused: "refused"
        case .unreadable: "unreadable"
        }
    }

    fileprivate var rule: String? { if case .refused(let rule) = self { rule } else { nil } }

    fileprivate init?(_ code: String?, _ rule: String?) {
        let found = code == "refused" ? rule.map { NotUndoable.refused($0) } : Self.plain.first { $0.code == code }
        guard let found else { return nil }
        self = found
    }
}

extension ChangeSubject.Kind {
    /// For people.
    package var noun: String {
        switch self {
        case .client: "client"
        case .registrations: "registrations"
        case .keyStoreEntry: "key store entry"
        case .user: "person"
        case .resource: "resource"
        case .registrationToken: "registration token"
        case .serverKey: "server key"
        case .changes: "change log"
        }
    }
}
