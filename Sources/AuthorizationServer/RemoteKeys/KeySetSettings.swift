import Countersign

/// How key sets at URLs are kept (rule 13): `[remote_keys]`.
public struct KeySetSettings: Sendable {
    /// How long an unknown `kid` or a bad signature leads to no second fetch for the same URL.
    public var coolDown: Duration = .seconds(30)
    /// How long the last good set works while its URL cannot be read.
    public var grace: Duration = .seconds(86_400)
    /// How many sets are kept prepared in memory.
    public var capacity = 5000

    /// Fetches that run at once, whatever they are for.
    static let maximumFetches = 64
    /// Of these, the ones for clients that are URLs, where such are accepted: strangers hold up strangers only.
    static let fetchesForClientURLs = 16
    /// Of the rest, the ones that the background leaves to requests that wait.
    static let fetchesForRequests = 8

    /// Settings with the product's defaults.
    public init() {}
}
