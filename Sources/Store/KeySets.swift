/// A key set as last fetched from its URL (`jwks_uri`), with its refresh schedule.
package struct RemoteKeySetRecord: Sendable, Equatable {
    /// The longest URL that is stored, in bytes.
    package static let maximumURLLength = 2048
    /// The longest document that is stored, in bytes.
    package static let maximumBodyLength = 262_144

    /// The URL it is fetched from, compared as bytes.
    package let url: String
    /// The document as received; empty if none ever was.
    package var body: [UInt8]
    /// `ETag` of the document (RFC 9110 §8.8.3).
    package var etag: String?
    /// When the document was received or last revalidated; `nil` if none was ever received.
    package var fetchedAt: UnixTime?
    /// The end of its freshness (RFC 9111 §4.2); `nil` if none was ever received.
    package var expiresAt: UnixTime?
    /// When the last attempt to fetch it was claimed.
    package var attemptedAt: UnixTime
    /// When the next attempt may begin.
    package var nextAttemptAt: UnixTime
    /// The number of failed attempts since the last successful one.
    package var failures: Int
    /// Why the last attempt failed, for people; `nil` if it succeeded.
    package var problem: String?
    /// The certificates in the document, for the calendar of what expires. They are saved with it; a record that was read has none.
    package var certificates: [PublishedCertificate] = []

    package init(
        url: String, body: [UInt8] = [], etag: String? = nil, fetchedAt: UnixTime? = nil, expiresAt: UnixTime? = nil,
        attemptedAt: UnixTime, nextAttemptAt: UnixTime, failures: Int = 0, problem: String? = nil
    ) {
        self.url = url
        self.body = body
        self.etag = etag
        self.fetchedAt = fetchedAt
        self.expiresAt = expiresAt
        self.attemptedAt = attemptedAt
        self.nextAttemptAt = nextAttemptAt
        self.failures = failures
        self.problem = problem
    }

    /// Checks that an engine can store the record and return it unchanged.
    ///
    /// - Throws: `invalid`.
    package func validate() throws(StoreError) {
        try Self.validate(url: url)
        guard body.count <= Self.maximumBodyLength else {
            throw .invalid("A key set must have at most \(Self.maximumBodyLength) bytes, not \(body.count)")
        }
    }

    /// Checks that a text can be stored as the URL of a key set, but not that it is a URL or may be fetched.
    ///
    /// - Throws: `invalid`.
    package static func validate(url: String) throws(StoreError) {
        guard (1...maximumURLLength).contains(url.utf8.count), url.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .invalid("The URL of a key set must have 1 to \(maximumURLLength) bytes and no control characters")
        }
    }
}

/// Why a key set is fetched again.
package enum RefreshReason: Sendable, Equatable {
    /// The scheduled time has come.
    case due
    /// An assertion names a key that the set does not have (rule 13). That is honoured before the scheduled time, but not
    /// until the cool-down after the start of the last attempt, whatever its reason, has passed.
    case unknownKey(coolDown: Duration)
}

/// The key sets of registered clients, stored so that a restart or a second node needs no fetch; also decides which node refreshes a set.
/// Writes here do not change the client revision.
package protocol KeySetStore: Sendable {
    /// Returns the set of a URL, or `nil` if no attempt to fetch it was ever made.
    func record(of url: String) async throws(StoreError) -> RemoteKeySetRecord?

    /// Saves the outcome of an attempt, unless a later attempt has begun: stale results of a partitioned node are silently ignored.
    ///
    /// - Parameter fetch: is added to the history of the set; the latest `KeySetFetch.keptPerURL` are kept.
    /// - Returns: the record now in force.
    /// - Throws: `invalid` if the URL or the document is too long.
    @discardableResult
    func save(_ record: RemoteKeySetRecord, _ fetch: KeySetFetch?) async throws(StoreError) -> RemoteKeySetRecord

    /// Returns the history of a set, the latest fetch first.
    func fetches(of url: String) async throws(StoreError) -> [KeySetFetch]

    /// Claims the fetch of a set for one node. If nothing is saved before the lease ends, another node may claim it.
    ///
    /// - Parameters:
    ///   - now: becomes the record's `attemptedAt`. A last attempt more than a minute later than this came from a wrong clock
    ///     and is ignored.
    ///   - lease: how long the fetch may take.
    /// - Returns: the claimed record, or `nil` if the caller must not fetch the set.
    func claimRefresh(
        of url: String, for reason: RefreshReason, at now: UnixTime, lease: Duration
    ) async throws(StoreError) -> RemoteKeySetRecord?

    /// Returns all sets in byte order of their URLs.
    func all() async throws(StoreError) -> [RemoteKeySetRecord]

    /// Returns a page of the distinct key set URLs, in byte order, of enabled clients without keys of their own. Clients that registered
    /// themselves without the operator are left out: nothing is fetched for them ahead of time.
    ///
    /// - Parameter url: the last one of the page before; `nil` for the first page.
    func urlsInUse(after url: String?, limit: Int) async throws(StoreError) -> [String]

    /// Removes some of the sets whose URL no client has.
    ///
    /// - Parameter time: sets attempted at this time or later stay.
    /// - Returns: whether there was anything to remove.
    func removeUnused(attemptedBefore time: UnixTime) async throws(StoreError) -> Bool
}

extension KeySetStore {
    /// Saves the outcome of an attempt that is not part of the history.
    @discardableResult
    package func save(_ record: RemoteKeySetRecord) async throws(StoreError) -> RemoteKeySetRecord {
        try await save(record, nil)
    }
}

/// One fetch of a key set, for people.
package struct KeySetFetch: Sendable, Equatable {
    /// How many fetches of one URL are kept.
    package static let keptPerURL = 30
    /// The longest problem that is kept, in Unicode scalars.
    private static let maximumProblemLength = 500

    package let at: UnixTime
    /// In whole milliseconds.
    package let duration: Duration
    package let outcome: Outcome

    package enum Outcome: Sendable, Equatable {
        /// A key set was received.
        ///
        /// - Parameters:
        ///   - keys: the number of keys that can be used.
        ///   - refused: the number of others.
        ///   - isChanged: whether the document differs from the one before.
        case received(keys: Int, refused: Int, isChanged: Bool)
        /// The set had not changed (304).
        case notModified
        /// - Parameter problem: as a clause.
        case failed(problem: String)
    }

    package init(at: UnixTime, duration: Duration, outcome: Outcome) {
        self.at = at
        self.duration = .milliseconds(max(0, duration / .milliseconds(1)))
        self.outcome =
            if case .failed(let problem) = outcome {
                .failed(
                    problem: String(String.UnicodeScalarView(problem.unicodeScalars.prefix(Self.maximumProblemLength))))
            } else {
                outcome
            }
    }
}
