import Administration
import Pages

/// Changes in words.
enum ChangeWords {
    /// What was done, such as `Scopes changed`.
    static func what(_ change: Change) -> String {
        switch change.action {
        case .clientRegistered: "Registered"
        case .clientEnabled, .userEnabled: "Enabled"
        case .clientDisabled, .userDisabled: "Disabled"
        case .clientRemoved, .userRemoved, .resourceRemoved, .registrationTokenRemoved, .keyStoreEntryRemoved: "Removed"
        case .clientKeyAdded: "Key added"
        case .clientKeyChanged: "State of a key changed"
        case .clientKeyRemoved: "Key removed"
        case .clientSecretAdded: "Secret added"
        case .clientSecretRemoved: "Secret removed"
        case .registrationsExpired: "Unused registrations removed"
        case .keyStoreEntryAdded: "Certificate imported"
        case .keyStoreEntryChanged: "Certificate replaced"
        case .userAdded, .resourceAdded, .registrationTokenAdded, .serverKeyAdded: "Added"
        case .userPasswordSet: "Password set"
        case .userPasswordRemoved: "Password removed"
        case .userSessionsEnded: "Sessions ended"
        case .userAccessEnded: "Access taken back"
        case .userCalendarMade: "Calendar address made"
        case .userCalendarRemoved: "Calendar address removed"
        case .clientChanged, .userChanged, .resourceChanged, .serverKeyChanged: "\(ChangeMembers.words(change)) changed"
        case .changesRemoved: "Oldest changes removed"
        }
    }

    /// Who it was, and what the name is an identifier of.
    static func who(_ actor: Actor) -> String {
        switch actor.identity {
        case .person(let id, let name): name.isEmpty ? id.text : name
        case .client(let id): id.text
        case .systemUser(let name, let sudoUser): sudoUser.map { "\($0) as \(name)" } ?? name
        case .server: "Countersign"
        case .unknown: "Unknown"
        }
    }

    /// By way of what.
    static func channel(_ channel: Actor.Channel) -> String {
        switch channel {
        case .console: "Console"
        case .api: "Admin API"
        case .commandLine: "Command line"
        case .account: "Account page"
        case .registration: "Its own registration"
        case .server: "By itself"
        case .unknown: "Unknown"
        }
    }

    static func kind(_ kind: ChangeSubject.Kind) -> String {
        switch kind {
        case .client: "Client"
        case .registrations: "Registrations"
        case .keyStoreEntry: "Key store entry"
        case .user: "Person"
        case .resource: "Resource"
        case .registrationToken: "Registration token"
        case .serverKey: "Server key"
        case .changes: "Change log"
        }
    }

    /// What an actor is, as something that changes are about; `nil` if the console does not show such.
    static func subject(_ actor: Actor) -> ChangeSubject? {
        switch actor.identity {
        case .person(let id, _): .user(id)
        case .client(let id): .client(id)
        case .systemUser, .server, .unknown: nil
        }
    }

    /// The list of the changes of one thing, below the console's address.
    static func list(of subject: ChangeSubject) -> String {
        var query = ChangeQuery()
        (query.kind, query.subject) = (subject.kind.rawValue, subject.id.text)
        return AuditPage.location + query.encoded
    }
}

/// What changes are about, with their names as they are now.
struct ChangeSubjects: Sendable {
    private var names: [ChangeSubject: (text: String, path: String?)] = [:]

    /// Looks up each thing once.
    init(_ subjects: Set<ChangeSubject>, in store: any Store) async throws(StoreError) {
        for subject in subjects { names[subject] = try await Self.name(of: subject, in: store) }
    }

    init(of changes: [Change], in store: any Store) async throws(StoreError) {
        try await self.init(Set(changes.map(\.subject)), in: store)
    }

    /// The name of a thing, and where it is below the console's address; without a path if it was removed.
    func name(of subject: ChangeSubject) -> (text: String, path: String?) {
        names[subject] ?? (subject.id.text, nil)
    }

    private static func name(
        of subject: ChangeSubject, in store: any Store
    ) async throws(StoreError) -> (text: String, path: String?) {
        let id = subject.id.text
        switch subject.kind {
        case .client:
            let client = ClientID(subject.id)
            let name = try await store.clients.registration(of: client)?.client.shownName
            return name.map { ($0, ClientPage.path(of: client)) } ?? (id, nil)
        case .user:
            let name = try await store.users.user(UserID(id))?.displayName
            guard let name else { return (try await lastName(of: subject, in: store) ?? id, nil) }
            return (name, PersonPage.path(of: UserID(id)))
        case .keyStoreEntry: return (id, try await store.keyStore.entry(subject.id).map { _ in ShownEntry.path(id) })
        case .resource: return (id, try await store.resources.resource(id).map { _ in ResourcePage.path(of: id) })
        case .registrationToken: return (id, RegistrationTokensPage.location)
        case .serverKey: return (String(id.prefix(12)) + "…", ServerKeysPage.location)
        case .registrations, .changes: return (ChangeWords.kind(subject.kind), nil)
        }
    }

    /// The user name of a person who was removed: the latest change says it, because it is the removal.
    private static func lastName(of person: ChangeSubject, in store: any Store) async throws(StoreError) -> String? {
        let filter = ChangeFilter(subjectKind: person.kind, subjectID: person.id)
        let removal = try await store.changes.page(filter, before: nil, limit: 1).first?.change
        return removal?.before?.string("user_name")?.text
    }
}

/// Who changed something last: for a person whose own change was not made because of it.
enum LatestChange {
    /// - Returns: a sentence without its end, such as `Ines changed it at 14:02:03`; `nil` if the log does not say.
    static func words(of subject: ChangeSubject, _ visit: Visit) async -> String? {
        await change(of: subject, visit).map { words($0, visit) }
    }

    static func change(of subject: ChangeSubject, _ visit: Visit) async -> Change? {
        let filter = ChangeFilter(subjectKind: subject.kind, subjectID: subject.id)
        return try? await visit.store.changes.page(filter, before: nil, limit: 1).first?.change
    }

    /// - Parameter deed: what was done, in the past tense.
    static func words(_ change: Change, _ visit: Visit, did deed: String = "changed it") -> String {
        let who =
            change.actor.id == visit.person.user.id.text ? "You" : ShownText.of(ChangeWords.who(change.actor))
        let how = change.actor.channel == .console ? "" : " (\(ChangeWords.channel(change.actor.channel)))"
        return "\(who)\(how) \(deed) at \(ShownTime.text(change.at, at: visit.now))"
    }
}
