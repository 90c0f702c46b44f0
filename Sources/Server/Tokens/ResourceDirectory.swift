import Caching

/// The registered resources (RFC 8707), read once after each change.
///
/// A class because all requests share the cache.
package final class ResourceDirectory: Sendable {
    private let store: any ResourceStore
    private let runtime: Runtime
    /// Has one key.
    private let cache = SharedCache<Int, [String: ResourceRecord], StoreError>(capacity: 2)

    package init(store: any ResourceStore, _ runtime: Runtime) {
        self.store = store
        self.runtime = runtime
    }

    /// Makes the next request read the resources again.
    package func invalidate() {
        cache.invalidateAll()
    }

    /// Returns the `resource` parameters of a form without repetitions.
    ///
    /// - Throws: `OAuthError` `invalid_target` for too many, or one that is not an absolute URI without a fragment.
    package static func requested(in form: Form) throws(OAuthError) -> [String] {
        var uris: [String] = []
        for uri in form.values("resource") where !uris.contains(uri) {
            guard ResourceRecord.isResource(uri) else {
                throw OAuthError(
                    .invalidTarget,
                    "resource: expected an absolute URI without a fragment; found \(SentCredentials.quoted(uri)).")
            }
            uris.append(uri)
        }
        guard uris.count <= maximumCount else {
            throw OAuthError(.invalidTarget, "More than \(maximumCount) resources were sent. Ask for each token alone.")
        }
        return uris
    }

    private static let maximumCount = 8

    /// Returns those of the resources that are registered: all of them, or none if the server has no resources at all, because
    /// `resource` then has no effect.
    ///
    /// - Throws: `OAuthError` `invalid_target` for a resource that is not registered, `temporarily_unavailable`.
    package func registered(_ uris: [String]) async throws(OAuthError) -> [ResourceRecord] {
        guard !uris.isEmpty else { return [] }
        let all = try await all()
        guard !all.isEmpty else { return [] }
        var found: [ResourceRecord] = []
        for uri in uris {
            guard let resource = all[uri] else {
                throw OAuthError(.invalidTarget, Self.refusal(of: uri, registered: all.keys.sorted()))
            }
            found.append(resource)
        }
        return found
    }

    /// Returns resources as people see them, whether or not they are still registered.
    func shownNames(of uris: [String]) async throws(OAuthError) -> [String] {
        guard !uris.isEmpty else { return [] }
        let all = try await all()
        return uris.map { all[$0]?.shownName ?? $0 }
    }

    /// Returns what a token for these resources is like.
    ///
    /// - Parameter uris: empty for the default audience.
    /// - Throws: `OAuthError`, as `registered`; `invalid_target` also if no one token suits all resources.
    func target(_ uris: [String]) async throws(OAuthError) -> TokenTarget {
        let resources = try await registered(uris)
        guard !resources.isEmpty else { return .default }
        let formats = Set(resources.compactMap(\.accessTokenFormat))
        guard formats.count <= 1 else {
            throw OAuthError(
                .invalidTarget, "The resources need tokens of different formats. Ask for a token for each resource.")
        }
        return TokenTarget(
            audiences: resources.map(\.uri), scopes: Set(resources.flatMap(\.scopes)), format: formats.first,
            lifetime: resources.compactMap(\.accessTokenLifetime).min())
    }

    private func all() async throws(OAuthError) -> [String: ResourceRecord] {
        if let all = cache.value(for: 0) { return all }
        return try await runtime.storing { () async throws(StoreError) in
            try await cache.load(0) { [store] () async throws(StoreError) in
                Dictionary(try await store.all().map { ($0.uri, $0) }, uniquingKeysWith: { first, _ in first })
            }
        }
    }

    /// - Parameter registered: sorted.
    static func refusal(of uri: String, registered: [String]) -> String {
        let similar = registered.first { $0 == uri + "/" || $0 + "/" == uri || $0.lowercased() == uri.lowercased() }
        let hint = similar.map { " Resources are compared exactly: '\($0)' is registered." } ?? ""
        return "resource: \(SentCredentials.quoted(uri)) is not registered with this server.\(hint)"
    }
}
