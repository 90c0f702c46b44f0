// The failures of all nouns but clients in a form that does not depend on the process.

extension FailureKind {
    package static let noUser = FailureKind("no_user", status: 404, "The person does not exist")
    package static let noSession = FailureKind("no_session", status: 404, "The person has no such session")
    package static let lastAdministrator = FailureKind(
        "last_administrator", status: 409, "It would take away the last administrator")
    package static let noAccess = FailureKind("no_access", status: 404, "The client has no access to the account")
    package static let noResource = FailureKind("no_resource", status: 404, "The resource is not registered")
    package static let noRegistrationToken = FailureKind(
        "no_registration_token", status: 404, "The registration token does not exist")
    package static let noRefusal = FailureKind("no_refusal", status: 404, "The refusal is not kept")
    package static let nothingToJudge = FailureKind(
        "nothing_to_judge", status: 409, "Too little of the assertion is kept")
    package static let noEntry = FailureKind("no_keystore_entry", status: 404, "The key store has no such entry")
    package static let noEntryInFile = FailureKind("no_entry_in_file", status: 422, "The file has no such entry")
    package static let keyWithoutCertificate = FailureKind(
        "key_without_certificate", status: 422, "The file has a key without its certificate")
    package static let severalKeys = FailureKind("several_keys", status: 422, "The file has several keys")
    package static let keyStoreConflict = FailureKind(
        "keystore_conflict", status: 409, "An alias has another certificate")
    package static let noServerKey = FailureKind("no_server_key", status: 404, "The server has no such key")
    package static let noServerKeys = FailureKind("no_server_keys", status: 409, "The server has no keys yet")
    package static let unusedAlgorithm = FailureKind(
        "unused_algorithm", status: 409, "The server does not sign with this algorithm")
    package static let hasNextKey = FailureKind("has_next_key", status: 409, "The next key exists already")
    package static let passwordRefused = FailureKind("password_refused", status: 422, "The password is refused")
}

extension PeopleFailure: NamedFailure {
    package var kind: FailureKind {
        switch self {
        case .noUser: .noUser
        case .noSession: .noSession
        case .noAccess: .noAccess
        case .lastAdministrator: .lastAdministrator
        }
    }

    package var detail: String {
        switch self {
        case .noUser(let name): "There is no person '\(name)'."
        case .noSession(let id, let user): "The person '\(user)' has no session '\(id)'."
        case .noAccess(let client, let user): "The client '\(client)' has no access to the account of '\(user)'."
        case .lastAdministrator(let name):
            "'\(name)' is the last administrator who can sign in. Make another person an administrator first."
        }
    }

    package var facts: JSONObject {
        switch self {
        case .noUser(let name): ["user": .string(name)]
        case .noSession(let id, let user): ["sid": .string(id), "sub": .string(user.text)]
        case .noAccess(let client, let user): ["client_id": .string(client.value), "sub": .string(user.text)]
        case .lastAdministrator(let name): ["user": .string(name)]
        }
    }

    package init?(code: String, facts: JSONObject) {
        let user = facts.string("sub").map { UserID($0.text) }
        switch (code, user) {
        case (FailureKind.noUser.code, _):
            guard let name = facts.string("user") else { return nil }
            self = .noUser(name.text)
        case (FailureKind.lastAdministrator.code, _):
            guard let name = facts.string("user") else { return nil }
            self = .lastAdministrator(name.text)
        case (FailureKind.noSession.code, let user?):
            guard let id = facts.string("sid") else { return nil }
            self = .noSession(id.text, of: user)
        case (FailureKind.noAccess.code, let user?):
            guard let client = facts.string("client_id") else { return nil }
            self = .noAccess(ClientID(client), of: user)
        default: return nil
        }
    }
}

extension ResourceFailure: NamedFailure {
    package var kind: FailureKind { .noResource }

    package var detail: String {
        switch self {
        case .noResource(let uri): "There is no resource '\(uri)'."
        }
    }

    package var facts: JSONObject {
        switch self {
        case .noResource(let uri): ["resource": .string(uri)]
        }
    }

    package init?(code: String, facts: JSONObject) {
        guard code == FailureKind.noResource.code, let uri = facts.string("resource") else { return nil }
        self = .noResource(uri.text)
    }
}

extension RegistrationTokenFailure: NamedFailure {
    package var kind: FailureKind { .noRegistrationToken }

    package var detail: String {
        switch self {
        case .noToken(let id): "There is no registration token '\(id)'."
        }
    }

    package var facts: JSONObject {
        switch self {
        case .noToken(let id): ["registration_token": .string(id)]
        }
    }

    package init?(code: String, facts: JSONObject) {
        guard code == FailureKind.noRegistrationToken.code, let id = facts.string("registration_token") else {
            return nil
        }
        self = .noToken(id.text)
    }
}

extension RefusalFailure: NamedFailure {
    package var kind: FailureKind {
        switch self {
        case .noRefusal: .noRefusal
        case .nothingToJudge: .nothingToJudge
        }
    }

    package var detail: String {
        switch self {
        case .noRefusal(let reference):
            "No refusal has the reference '\(reference)'. Each is kept until newer ones need its room."
        case .nothingToJudge(let reference):
            "The refusal '\(reference)' cannot be judged again: its request had no assertion, or too little of it is kept."
        }
    }

    package var facts: JSONObject {
        switch self {
        case .noRefusal(let reference), .nothingToJudge(let reference): ["reference": .string(reference)]
        }
    }

    package init?(code: String, facts: JSONObject) {
        guard let reference = facts.string("reference") else { return nil }
        switch code {
        case FailureKind.noRefusal.code: self = .noRefusal(reference.text)
        case FailureKind.nothingToJudge.code: self = .nothingToJudge(reference.text)
        default: return nil
        }
    }
}
