import CountersignJOSE
import Store

/// A source of keys that is registered for a client and not in force.
package enum OverriddenSource: Sendable, Equatable {
    /// The client has keys of its own.
    case keySet(url: String)
    case keyStoreEntry(by: KeySource)
    case ambiguous(AliasAmbiguity)
    /// An alias that differs from the client's identifier only in case.
    case lookalike(ExactString)

    package var phrase: String {
        switch self {
        case .keySet(let url):
            "the key set at \(url) is not read: keys of its own go first, until they are removed"
        case .keyStoreEntry(by: .keySet):
            "the key store's entry is not used: the client has a key set at a URL, which goes first"
        case .keyStoreEntry: "the key store's entry is not used: the client has keys of its own, which go first"
        case .ambiguous(let ambiguity): ambiguity.explanation
        case .lookalike(let alias): "the key store's entry \(alias.text) differs in case and is not the client's"
        }
    }
}

extension ClientDetails {
    package var overridden: [OverriddenSource] {
        var sources: [OverriddenSource] = []
        let source = registration.keySource
        if source == .own, let url = client.keySetURL { sources.append(.keySet(url: url)) }
        switch source {
        case .own, .keySet: if registration.keyStoreEntry != nil { sources.append(.keyStoreEntry(by: source)) }
        case .keyStore, .none: break
        }
        if let ambiguity = registration.aliasAmbiguity { sources.append(.ambiguous(ambiguity)) }
        return sources + lookalikes.map { .lookalike($0) }
    }
}
