import Countersign

/// How key sets at URLs are kept (rule 13): `[remote_keys]`.
package struct KeySetSettings: Sendable {
    /// How long an unknown `kid` or a bad signature leads to no second fetch for the same URL.
    package var coolDown: Duration = .seconds(30)
    /// How long the last good set works while its URL cannot be read.
    package var grace: Duration = .seconds(86_400)
    /// How many sets are kept prepared in memory.
    package var capacity = 5000

    /// Of the fetches for registered clients, the ones that the background leaves to requests that wait.
    static let fetchesForRequests = 8

    /// Settings with the product's defaults.
    package init() {}
}

extension FetchSemaphore.Limits {
    /// Fetches that run at once, whatever they are for.
    private static let maximum = 64
    /// Of these, the ones for clients that are URLs, where such are accepted.
    private static let clientURLs = 16

    /// For registered clients. One host, however slow, leaves the others as many as the background leaves to requests.
    ///
    /// - Parameter acceptsClientURLs: whether some are kept for clients that are URLs.
    static func ofRegisteredClients(besideClientURLs acceptsClientURLs: Bool) -> Self {
        let count = maximum - (acceptsClientURLs ? clientURLs : 0)
        return Self(count: count, ofOneSource: count - KeySetSettings.fetchesForRequests)
    }

    /// For clients that are URLs. A source that waits for its turn has as many as a minute's budget of one host.
    static let ofClientURLs = Self(
        count: clientURLs, ofOneSource: clientURLs / 2, unproven: clientURLs * 3 / 4,
        unprovenOfOneSource: clientURLs / 4, unprovenWaiting: 60)
}
