@_exported import Server

/// The address at which a person's calendar program reads what ends.
package struct CalendarAddress: Sendable {
    package let user: UserID
    package let userName: String
    /// When the address in force was made; `nil` without one.
    package let madeAt: UnixTime?
    /// Only of one that was just made: it is not stored.
    package var url: String?

    init(_ user: UserRecord) {
        (self.user, userName, madeAt) = (user.id, user.name, user.calendarFeed?.createdAt)
    }

    package var json: JSONObject {
        var object: JSONObject = [
            "sub": .string(user.text), "user_name": .string(userName), "created_at": .string(madeAt?.text) ?? .null,
        ]
        if let url { object.set("url", .string(url)) }
        return object
    }

    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        (user, userName) = (UserID(reader.requiredText("sub")), reader.requiredText("user_name"))
        (madeAt, url) = (reader.time("created_at", isNullable: true), reader.text("url"))
        try reader.finishIgnoringOthers()
    }
}

/// The operations on calendar addresses. A name is a user name, an e-mail address or an identifier; each throws `PeopleFailure` for one that
/// does not exist.
package protocol CalendarAddressOperations: Sendable {
    func address(of name: String) async throws -> CalendarAddress

    /// Makes an address; the one before ends.
    ///
    /// - Throws: `CalendarAddressFailure`.
    func make(for name: String, at now: UnixTime) async throws -> CalendarAddress

    func remove(of name: String) async throws -> CalendarAddress
}

/// The calendar addresses of the people in a store.
package struct CalendarAddresses: CalendarAddressOperations {
    private let store: any Store
    /// The URL of a secret; `nil` without a console, which answers it.
    private let url: (@Sendable (_ secret: String) -> String)?

    package init(_ store: any Store, url: (@Sendable (_ secret: String) -> String)?) {
        (self.store, self.url) = (store, url)
    }

    package func address(of name: String) async throws -> CalendarAddress {
        CalendarAddress(try await PeopleAdministration(store).user(name))
    }

    package func make(for name: String, at now: UnixTime) async throws -> CalendarAddress {
        let user = try await PeopleAdministration(store).user(name)
        guard let url else { throw CalendarAddressFailure.noConsole }
        guard user.isEnabled, !user.adminGroups.isEmpty else { throw CalendarAddressFailure.notViewing(user.name) }
        let secret = try await CalendarFeeds(store).make(for: user.id, at: now)
        var made = try await address(of: user.id.text)
        made.url = url(secret)
        return made
    }

    package func remove(of name: String) async throws -> CalendarAddress {
        let user = try await PeopleAdministration(store).user(name)
        try await CalendarFeeds(store).remove(of: user.id)
        return try await address(of: user.id.text)
    }
}

/// The reason why no calendar address was made.
package enum CalendarAddressFailure: Error, Equatable {
    /// The server has no console, below whose address it would be.
    case noConsole
    /// The person with this user name may not look at the console, so their address would not be answered.
    case notViewing(String)
}

extension FailureKind {
    package static let noConsole = FailureKind("no_console", status: 409, "The server has no console")
    package static let notViewing = FailureKind("not_viewing", status: 409, "The person may not look at the console")
}

extension CalendarAddressFailure: NamedFailure {
    package var kind: FailureKind {
        switch self {
        case .noConsole: .noConsole
        case .notViewing: .notViewing
        }
    }

    package var detail: String {
        switch self {
        case .noConsole:
            "Calendar addresses are below that of the console, which is off: [console] enabled = true turns it on."
        case .notViewing(let name):
            "'\(name)' is disabled, or in neither of the groups admin and viewer, so that a calendar address would not be answered."
        }
    }

    package var facts: JSONObject {
        switch self {
        case .noConsole: [:]
        case .notViewing(let name): ["user": .string(name)]
        }
    }

    package init?(code: String, facts: JSONObject) {
        switch (code, facts.string("user")) {
        case (FailureKind.noConsole.code, _): self = .noConsole
        case (FailureKind.notViewing.code, let name?): self = .notViewing(name.text)
        default: return nil
        }
    }
}
