import Countersign

/// How key sets at URLs are cached (rule 13).
package struct KeySetSettings: Sendable {
    /// The least time between two fetches of a URL because of an unknown `kid` or a bad signature.
    package var coolDown: Duration = .seconds(30)
    /// How long after its expiry the last good set is used while its URL cannot be read.
    package var grace: Duration = .seconds(86_400)
    /// The most sets cached.
    package var capacity = 5000

    /// The permits for registered clients that background work leaves to waiting requests.
    static let fetchesForRequests = 8

    /// The default settings.
    package init() {}
}

extension FetchSemaphore.Limits {
    /// All fetches that run at once.
    private static let maximum = 64
    /// The part for clients that are URLs, if they are accepted.
    private static let clientURLs = 16

    /// The limits for registered clients. A slow host leaves the others as many permits as background work leaves to requests.
    ///
    /// - Parameter acceptsClientURLs: whether some permits are reserved for clients that are URLs.
    static func ofRegisteredClients(besideClientURLs acceptsClientURLs: Bool) -> Self {
        let count = maximum - (acceptsClientURLs ? clientURLs : 0)
        return Self(count: count, ofOneSource: count - KeySetSettings.fetchesForRequests)
    }

    /// The limits for clients that are URLs. As many fetches of a source may wait as one host may cause in a minute.
    static let ofClientURLs = Self(
        count: clientURLs, ofOneSource: clientURLs / 2, unproven: clientURLs * 3 / 4,
        unprovenOfOneSource: clientURLs / 4, unprovenWaiting: 60)
}
