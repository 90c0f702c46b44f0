import Countersign

/// Keeps when each key was last used. It is knowledge for people: no decision rests on it, and nobody's memory of clients is
/// invalidated by it.
package protocol KeyUseStore: Sendable {
    /// Keeps uses; of two of the same key the later one counts, in whichever order they come. Those of a client that is not
    /// registered are left aside. Many may come at once: they are written in steps, between which others can write.
    ///
    /// Of one client only the latest are kept, a few hundred: a key set that changes all the time does not fill the store.
    func recordKeyUses(_ uses: [KeyUse]) async throws(StoreError)

    /// When each of a client's keys was last used, by RFC 7638 thumbprint. A key that is missing was never used.
    func keyUses(of id: ClientID) async throws(StoreError) -> [String: UnixTime]
}
