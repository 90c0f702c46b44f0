import Countersign

/// Keeps key sets that were read from URLs, so that a restart or a second node needs no fetch; and decides which node reads one
/// again. Writing here invalidates nobody's memory of clients.
package protocol RemoteKeySetStore: Sendable {
    /// The set of a URL, or `nil` where no attempt to read it was ever made.
    func remoteKeySet(_ url: String) async throws(StoreError) -> RemoteKeySetRecord?

    /// All sets, by the bytes of their URLs.
    func remoteKeySets() async throws(StoreError) -> [RemoteKeySetRecord]

    /// Keeps what became of an attempt. An attempt that began later is not overwritten: what a node brings that was cut off for
    /// a while is left aside without a word.
    ///
    /// - Throws: `invalid` where the URL or the document is too long.
    func save(_ record: RemoteKeySetRecord) async throws(StoreError)

    /// Takes the task of reading a set again. However many nodes ask at the same time, one gets it.
    ///
    /// It is a lease: where nothing was saved when it ends, the next one to ask gets the task.
    ///
    /// - Parameters:
    ///   - now: becomes the record's `attemptedAt`; hand it in when the outcome is saved. A last attempt that lies more than a
    ///     minute after it was noted by a wrong clock and holds nobody up.
    ///   - lease: how long the task may take.
    /// - Returns: whether the caller is to read the set.
    func claimRefresh(
        of url: String, for occasion: RefreshOccasion, at now: UnixTime, lease: Duration
    ) async throws(StoreError) -> Bool

    /// The URLs of key sets in force, each once, by their bytes: those of enabled clients that have no key of their own.
    ///
    /// - Parameters:
    ///   - url: the last one of the page before; `nil` begins at the start.
    ///   - limit: how many at most.
    func keySetURLs(after url: String?, limit: Int) async throws(StoreError) -> [String]

    /// Removes one small step of the sets whose URL no client has any more.
    ///
    /// - Parameter time: a set that was attempted at this time or later stays, whoever has its URL.
    /// - Returns: whether there was anything to remove.
    func removeUnusedKeySets(attemptedBefore time: UnixTime) async throws(StoreError) -> Bool
}
