@_exported import Server

/// A registered client whose ID resembles an unknown one. Only the operator's own commands search for it: each search is bounded, and
/// the result is never disclosed to a caller.
package enum NearMatch {
    /// The number of clients whose names are compared.
    private static let maximumNames = 1000

    /// - Returns: `nil` if the trace failed for another reason, or no client is similar.
    package static func sentence(
        for id: String?, _ trace: Trace?, in store: any Store
    ) async throws(StoreError) -> String? {
        guard let id, trace?.firstFailure == .unknownClient,
            try await store.clients.registration(of: ClientID(id)) == nil
        else {
            return nil
        }
        let trimmed = id.trimmingPrefix(while: \.isWhitespace)
        let bare = String(
            trimmed[..<(trimmed.lastIndex { !$0.isWhitespace }.map(trimmed.index(after:)) ?? trimmed.startIndex)])
        if bare != id, try await store.clients.registration(of: ClientID(bare)) != nil {
            return sentence(about: bare, "the ID that was sent has white space around it")
        }
        if let match = try await store.clients.ids(ignoringCaseOf: ExactString(bare)).first {
            return sentence(about: match.text, "the ID that was sent differs in upper and lower case")
        }
        let some = try await store.clients.page(after: nil, limit: maximumNames)
        if let named = some.first(where: { $0.name == id }) {
            return sentence(about: named.id.text, "the client's name was sent instead of its ID")
        }
        return NearestName.of(bare, among: some.map(\.id.text)).map {
            "The client '\(shortened($0))' is registered, with a similar ID: if that one is meant, the client has to send it as registered. "
        }
    }

    private static func sentence(about id: String, _ difference: String) -> String {
        "The client '\(shortened(id))' is registered, and \(difference): the client has to send the ID as registered. "
    }
}
