import Countersign

/// Key sets fetched from URLs, kept so that a restart or a second node needs no fetch; also decides which node fetches a set
/// again. Writes here do not change the client revision.
package protocol KeySetRecords: Sendable {
    /// The set of a URL, or `nil` if no attempt to fetch it was ever made.
    func remoteKeySet(_ url: String) async throws(StoreError) -> RemoteKeySetRecord?

    /// Saves the outcome of an attempt, unless a later attempt has begun: stale results from a partitioned node are silently
    /// ignored.
    ///
    /// - Returns: the record now in force.
    /// - Throws: `invalid` if the URL or the document is too long.
    @discardableResult
    func save(_ record: RemoteKeySetRecord) async throws(StoreError) -> RemoteKeySetRecord

    /// Claims the fetch of a set for one node. If nothing is saved before the lease ends, another node may claim it.
    ///
    /// - Parameters:
    ///   - now: becomes the record's `attemptedAt`. A last attempt more than a minute later than this came from a wrong clock
    ///     and is ignored.
    ///   - lease: how long the fetch may take.
    /// - Returns: the claimed record, or `nil` if the caller is not to fetch the set.
    func claimRefresh(
        of url: String, for reason: RefreshReason, at now: UnixTime, lease: Duration
    ) async throws(StoreError) -> RemoteKeySetRecord?
}

/// The key sets of registered clients, listed for their timely refresh.
package protocol RemoteKeySetStore: KeySetRecords {
    /// All sets in byte order of their URLs.
    func remoteKeySets() async throws(StoreError) -> [RemoteKeySetRecord]

    /// A page of the distinct URLs in byte order that enabled clients without keys of their own are registered with.
    ///
    /// - Parameter url: the last one of the page before; `nil` for the first page.
    func keySetURLs(after url: String?, limit: Int) async throws(StoreError) -> [String]

    /// Removes some of the sets whose URL no client has.
    ///
    /// - Parameter time: sets attempted at this time or later stay.
    /// - Returns: whether there was anything to remove.
    func removeUnusedKeySets(attemptedBefore time: UnixTime) async throws(StoreError) -> Bool
}
