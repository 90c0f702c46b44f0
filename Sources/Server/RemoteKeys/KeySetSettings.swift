/// Settings of the cache of key sets at URLs (rule 13).
package struct KeySetSettings: Sendable {
    /// The minimum time between two fetches of a URL because of an unknown `kid` or a bad signature.
    package var coolDown: Duration = .seconds(30)
    /// How long after its expiry the last good set is used while its URL cannot be read.
    package var grace: Duration = .seconds(86_400)
    package var capacity = 5000

    /// The permits for registered clients that background work leaves to waiting requests.
    static let fetchesForRequests = 8

    package init() {}
}

extension FetchSemaphore.Limits {
    /// The maximum number of concurrent fetches.
    private static let maximum = 64
    /// The share of clients that are URLs, if they are accepted.
    private static let clientURLShare = 16

    /// Returns the limits for registered clients. A slow host leaves the others as many permits as background work leaves to requests.
    static func registeredClients(reservingClientURLShare acceptsClientURLs: Bool) -> Self {
        let count = maximum - (acceptsClientURLs ? clientURLShare : 0)
        return Self(count: count, ofOneSource: count - KeySetSettings.fetchesForRequests)
    }

    /// The limits for clients that are URLs. As many fetches of a source may wait as the rate limit allows a host per minute.
    static let clientURLs = Self(
        count: clientURLShare, ofOneSource: clientURLShare / 2, unproven: clientURLShare * 3 / 4,
        unprovenOfOneSource: clientURLShare / 4, unprovenWaiting: 60)
}
