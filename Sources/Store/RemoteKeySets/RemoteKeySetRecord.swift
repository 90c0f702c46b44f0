import Countersign

/// A key set as it was last read from its URL (`jwks_uri`), and when it is to be read again.
package struct RemoteKeySetRecord: Sendable, Equatable {
    /// The longest URL that is kept, in bytes.
    package static let maximumURLLength = 2048
    /// The longest document that is kept, in bytes.
    package static let maximumBodyLength = 262_144

    /// Where it is read from, compared as bytes.
    package let url: String
    /// The document as it was received; empty where none ever was.
    package var body: [UInt8]
    /// `ETag` of the document (RFC 9110 §8.8.3).
    package var etag: String?
    /// When the document was received, or last confirmed; `nil` where none ever was.
    package var fetchedAt: UnixTime?
    /// Until when it is fresh (RFC 9111 §4.2); `nil` where none ever was.
    package var expiresAt: UnixTime?
    /// When the last attempt to read it began: the moment of its claim.
    package var attemptedAt: UnixTime
    /// When the next one may begin.
    package var nextAttemptAt: UnixTime
    /// How many attempts have failed since the last that did not.
    package var failures: Int
    /// Why the last attempt failed, for people; `nil` where it did not.
    package var problem: String?

    /// Makes a record.
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

    /// Whether an engine can keep the record and give it back unchanged.
    ///
    /// - Throws: `invalid`.
    package func requireStorable() throws(StoreError) {
        try Self.requireStorable(url: url)
        guard body.count <= Self.maximumBodyLength else {
            throw .invalid("A key set has at most \(Self.maximumBodyLength) bytes, not \(body.count)")
        }
    }

    /// Whether a text can be kept as the URL of a key set. Whether it is a URL, and one that may be read, is another question.
    ///
    /// - Throws: `invalid`.
    package static func requireStorable(url: String) throws(StoreError) {
        guard (1...maximumURLLength).contains(url.utf8.count), url.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .invalid("The URL of a key set has 1 to \(maximumURLLength) bytes and no control characters")
        }
    }
}
