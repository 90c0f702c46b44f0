/// A record of one refused request.
package struct AuditEntry: Sendable, Equatable {
    /// The reference given to the caller.
    package let reference: Reference
    package let at: UnixTime
    /// The client identifier that the caller claimed.
    package let clientID: String?
    /// Whether the caller had proved possession of a key before it was refused.
    package let isProven: Bool
    package let code: String
    package let endpoint: String
    package let remoteAddress: String?
    /// Each rule and its outcome, as JSON.
    package let trace: String

    package init(
        reference: Reference, at: UnixTime, clientID: String?, isProven: Bool, code: String, endpoint: String,
        remoteAddress: String?, trace: String
    ) {
        self.reference = reference
        self.at = at
        self.clientID = clientID
        self.isProven = isProven
        self.code = code
        self.endpoint = endpoint
        self.remoteAddress = remoteAddress
        self.trace = trace
    }
}

/// A bounded log of refused requests. Entries of callers who proved a key and of unauthenticated callers have separate capacities,
/// so that the latter cannot evict the former.
package protocol AuditLog: Sendable {
    /// Queues an entry to be written in the background. When the queue is full, the entry is dropped and counted.
    func record(_ entry: AuditEntry)

    /// The number of entries dropped since the store was opened.
    var dropped: Int { get }

    /// Waits until every entry queued so far is written or dropped.
    func flush() async

    /// Returns the entry of a refused request.
    func entry(_ reference: Reference) async throws(StoreError) -> AuditEntry?

    /// Returns the latest entries, newest first: half of each kind, or more of one kind if there are too few of the other.
    ///
    /// - Parameter onlyProven: excludes unauthenticated callers.
    func latest(_ limit: Int, onlyProven: Bool) async throws(StoreError) -> [AuditEntry]

    /// Returns a page of the refusals that match, newest first, those of both kinds of callers together.
    ///
    /// - Parameter position: where the page before ended; `nil` for the first page.
    func page(
        _ filter: RefusalFilter, after position: RefusalPosition?, limit: Int
    ) async throws(StoreError) -> RefusalList

    /// Counts the refusals that match for each code.
    ///
    /// - Parameter bound: the most that are counted of each code if nothing but code, kind and time is compared, else the most of all, the
    ///   latest.
    func countsByCode(_ filter: RefusalFilter, upTo bound: Int) async throws(StoreError) -> RefusalCounts<String>

    /// Counts the refusals that match for each client that callers claimed to be, and returns the largest groups.
    ///
    /// - Parameters:
    ///   - limit: the most groups.
    ///   - latest: the most refusals that are counted.
    func countsByClient(
        _ filter: RefusalFilter, limit: Int, among latest: Int
    ) async throws(StoreError) -> RefusalCounts<String?>
}
