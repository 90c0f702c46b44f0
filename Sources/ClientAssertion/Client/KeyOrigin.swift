import CountersignJOSE

/// Where the keys of a client came from, and when: for the operator, who compares them with those the client has.
public enum KeyOrigin: Sendable, Equatable {
    /// Registered for the client; the time is that of the newest.
    case registered(newest: UnixTime)
    /// The entry of the key store under this alias.
    case keyStore(alias: ExactString, addedAt: UnixTime)
    /// The key set at a URL; `readAt` is `nil` where that is not known here.
    case keySet(url: ExactString, readAt: UnixTime?)

    /// The same, to follow "the keys".
    var text: String {
        switch self {
        case .registered(let newest): "were registered for the client, the newest at \(newest.text)"
        case .keyStore(let alias, let addedAt):
            "come from the key store entry \(quoted(alias.text)), imported at \(addedAt.text)"
        case .keySet(let url, let readAt):
            "come from the key set \(shortened(url.text))" + (readAt.map { ", read at \($0.text)" } ?? "")
        }
    }
}
