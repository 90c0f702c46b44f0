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
}

/// The people of one issuer.
package protocol UserStore: Sendable {
    /// - Throws: `conflict` if the name is taken, as a name or as another person's e-mail address; `invalid` for an invalid name.
    func add(_ user: UserRecord) async throws(StoreError)

    func user(_ id: UserID) async throws(StoreError) -> UserRecord?

    /// Returns the person with this user name, or the only person with this e-mail address.
    func user(named name: String) async throws(StoreError) -> UserRecord?

    /// Returns a page of people in order of their names.
    ///
    /// - Parameter name: the last name of the page before; `nil` for the first page.
    func page(after name: String?, limit: Int) async throws(StoreError) -> [UserRecord]

    /// Replaces everything except the identifier, the password and the time of creation. Disabling a person ends their sessions and
    /// revokes their grants.
    ///
    /// - Throws: `notFound`; `conflict` if the new name is taken.
    func update(_ user: UserRecord) async throws(StoreError)

    /// Replaces the password's hash.
    ///
    /// - Parameter endingSessions: whether the person's sessions end: not if only the hash's parameters have changed.
    /// - Throws: `notFound`.
    func setPassword(
        hash: String?, of id: UserID, endingSessions: Bool, at now: UnixTime
    ) async throws(StoreError)

    /// Removes a person with their sessions, grants and consents.
    ///
    /// - Throws: `notFound`.
    func remove(_ id: UserID) async throws(StoreError)
}
