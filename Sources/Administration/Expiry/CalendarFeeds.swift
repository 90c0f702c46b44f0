import Crypto
@_exported import Server

/// The secret addresses at which calendar programs read what ends: one for each person, which they can change and remove.
package struct CalendarFeeds: Sendable {
    private let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    /// The number of random bytes in an address.
    static let secretLength = 32

    /// Makes an address for a person; the one before ends.
    ///
    /// - Returns: the secret in the address. The server keeps its digest.
    /// - Throws: `StoreError`.
    package func make(for person: UserID, at now: UnixTime) async throws(StoreError) -> String {
        let secret = Base64URL.encode(RandomBytes.make(Self.secretLength))
        try await change(person, CalendarFeed(digest: Self.digest(secret), createdAt: now))
        return secret
    }

    /// Removes the address of a person.
    package func remove(of person: UserID) async throws(StoreError) {
        try await change(person, nil)
    }

    private func change(_ person: UserID, _ feed: CalendarFeed?) async throws(StoreError) {
        let result = try await store.users.change(person) { user throws(Never) in
            var changed = user
            changed.calendarFeed = feed
            return changed
        }
        switch result {
        case .success: break
        }
    }

    /// Returns whose address it is. It ends when the person is disabled or may not look at the console any more.
    ///
    /// The digest is looked up, so how long that takes says nothing about the secret.
    ///
    /// - Parameter secret: as it was sent.
    package func person(of secret: String) async throws(StoreError) -> UserRecord? {
        guard secret.utf8.count <= 64, let bytes = Base64URL.decode(secret), bytes.count == Self.secretLength else {
            return nil
        }
        guard let person = try await store.users.user(withCalendarFeed: Self.digest(secret)), person.isEnabled,
            !person.adminGroups.isEmpty
        else { return nil }
        return person
    }

    private static func digest(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Array(secret.utf8))) }
}
