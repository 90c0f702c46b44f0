import Foundation

/// The identifier of a person: `sub` of clients with the subject type `public`.
package struct UserID: Sendable, Hashable, CustomStringConvertible {
    /// At most 255 ASCII characters (OpenID Connect Core §2).
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Generates 16 random bytes in base64url. It is never reused, and reveals nothing about the person.
    package static func generate() -> UserID { UserID(Base64URL.encode(RandomBytes.make(16))) }

    package var description: String { text }
}

/// A secret address of a calendar, of which only the digest is stored.
package struct CalendarFeed: Sendable, Equatable {
    /// The SHA-256 of the secret in the address.
    package let digest: [UInt8]
    package let createdAt: UnixTime

    package init(digest: [UInt8], createdAt: UnixTime) {
        (self.digest, self.createdAt) = (digest, createdAt)
    }
}

/// A person who can sign in.
package struct UserRecord: Sendable, Equatable {
    package let id: UserID
    /// The user name, as typed when it was registered. Two names that differ only in case or normalization are the same.
    package var name: String
    /// The standard claims (OpenID Connect Core §5.1) by name, without `sub`.
    package var claims: JSONObject
    package var groups: [String]
    /// The password's hash with its parameters; `nil` if the person cannot sign in with a password.
    package var passwordHash: String?
    package var passwordChangedAt: UnixTime?
    package var isEnabled: Bool
    package let createdAt: UnixTime
    /// Changes with the claims: `updated_at`.
    package var updatedAt: UnixTime
    /// The secret address at which calendar programs read what expires; `nil` if the person has made none.
    package var calendarFeed: CalendarFeed?

    package init(
        id: UserID = .generate(), name: String, claims: JSONObject = [:], groups: [String] = [],
        passwordHash: String? = nil, passwordChangedAt: UnixTime? = nil, isEnabled: Bool = true, createdAt: UnixTime,
        updatedAt: UnixTime? = nil
    ) {
        self.id = id
        self.name = name
        self.claims = claims
        self.groups = groups
        self.passwordHash = passwordHash
        self.passwordChangedAt = passwordChangedAt
        self.isEnabled = isEnabled
        self.createdAt = createdAt
        self.updatedAt = updatedAt ?? createdAt
    }

    /// A name or e-mail address in the form in which two are compared.
    package static func key(of name: String) -> String { name.precomposedStringWithCompatibilityMapping.lowercased() }

    package var email: String? { claims.string("email")?.text }

    /// How pages address the person: the claim `name`, or the user name.
    package var displayName: String { claims.string("name")?.text ?? name }
}

extension UserRecord {
    private static let maximumNameLength = 255
    private static let maximumClaimsLength = 65_536
    private static let maximumGroups = 1000

    /// Whether a text can be a user name: 1 to 255 bytes of UTF-8, no control characters, no space at its beginning or end.
    package static func isName(_ text: String) -> Bool {
        (1...maximumNameLength).contains(text.utf8.count) && text.first?.isWhitespace == false
            && text.last?.isWhitespace == false
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    /// Checks that an engine can store the record and return it unchanged.
    ///
    /// - Throws: `invalid`.
    package func validate() throws(StoreError) {
        guard id.isRegistrable else {
            throw .invalid(
                "The identifier of a person must have 1 to 255 characters of ASCII without control characters")
        }
        guard Self.isName(name) else {
            throw .invalid(
                "A user name must have 1 to \(Self.maximumNameLength) bytes, no control characters, and no space at its beginning or end"
            )
        }
        let claims = claims.rendered()
        guard claims.count <= Self.maximumClaimsLength else {
            throw .invalid("The claims of a person must have at most \(Self.maximumClaimsLength) bytes of JSON")
        }
        guard (try? JSONObject(parsing: claims)) != nil, self.claims["sub"] == nil else {
            throw .invalid("The claims of a person must not be nested too deeply or contain 'sub'")
        }
        guard groups.count <= Self.maximumGroups, groups.allSatisfy(Self.isName) else {
            throw .invalid(
                "A person can have at most \(Self.maximumGroups) groups, whose names follow the rules of user names")
        }
    }
}

extension UserID {
    /// Whether a person can have this identifier.
    package var isRegistrable: Bool {
        (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}

/// The people of one issuer.
package protocol UserStore: Sendable {
    /// - Throws: `conflict` if the name is taken, as a name or as another person's e-mail address; `invalid` for an invalid name.
    func add(_ user: UserRecord) async throws(StoreError)

    func user(_ id: UserID) async throws(StoreError) -> UserRecord?

    /// Returns the person with this user name, or the only person with this e-mail address.
    func user(named name: String) async throws(StoreError) -> UserRecord?

    /// Returns the person whose calendar has an address with this digest.
    func user(withCalendarFeed digest: [UInt8]) async throws(StoreError) -> UserRecord?

    /// Returns a page of people in order of their names.
    ///
    /// - Parameter name: the last name of the page before; `nil` for the first page.
    func page(after name: String?, limit: Int) async throws(StoreError) -> [UserRecord]

    /// Returns whether a person, also a disabled one, is in a group.
    func hasMember(of group: String) async throws(StoreError) -> Bool

    /// Returns whether another person in a group can sign in: one who is enabled and has a password.
    func hasMember(of group: String, whoCanSignInBeside user: UserID) async throws(StoreError) -> Bool

    /// Returns people in a group, also disabled ones, in order of their names.
    func members(of group: String, limit: Int) async throws(StoreError) -> [UserRecord]

    /// Returns a page of the people who match, in order of their names.
    ///
    /// - Parameter position: by names.
    func search(
        _ filter: UserFilter, at position: PagePosition, limit: Int
    ) async throws(StoreError) -> FoundPage<UserRecord>

    /// Changes a person on the basis of the stored record, in one transaction, so that concurrent changes are not lost.
    ///
    /// Disabling a person ends their sessions and revokes their grants.
    ///
    /// - Parameter decide: returns what the person is afterwards; `nil`, or an error, changes nothing. The identifier, the password and the
    ///   time of creation stay.
    /// - Returns: the person afterwards, or the error of `decide`.
    /// - Throws: `notFound`; `conflict` if the new name is taken; `invalid`.
    func change<Refusal: Error>(
        _ id: UserID, _ decide: @escaping @Sendable (UserRecord) throws(Refusal) -> UserRecord?
    ) async throws(StoreError) -> Result<UserRecord, Refusal>

    /// Sets a new password, and ends what was obtained with the old one: the person's sessions and grants.
    ///
    /// - Parameter hash: `nil` removes the password.
    /// - Throws: `notFound`.
    func setPassword(hash: String?, of id: UserID, at now: UnixTime) async throws(StoreError)

    /// Sets a new password for a person who has proved the old one in a session, and ends what was obtained with the old one.
    ///
    /// - Parameters:
    ///   - old: the hash that the old password was checked against.
    ///   - session: its `sid`.
    /// - Returns: `false`, without a change, if the person was disabled or got another password meanwhile, or the session has ended.
    func changePassword(
        from old: String, to hash: String, of id: UserID, in session: String, at now: UnixTime
    ) async throws(StoreError) -> Bool

    /// Replaces the hash of the same password by one with other parameters. Does nothing if the password was changed meanwhile.
    func replaceHash(_ hash: String, with newHash: String, of id: UserID) async throws(StoreError)

    /// Removes a person with their sessions, grants and consents.
    ///
    /// - Throws: `notFound`.
    func remove(_ id: UserID, at now: UnixTime) async throws(StoreError)
}
