import Caching

/// The registered resources (RFC 8707), read once after each change, and the built-in one of the admin API.
///
/// A class because all requests share the cache.
package final class ResourceDirectory: Sendable {
    /// `nil` if the admin API is off.
    private let adminAPI: ResourceRecord?
    private let store: any ResourceStore
    private let runtime: Runtime
    /// Has one key.
    private let cache = SharedCache<Int, [String: ResourceRecord], StoreError>(capacity: 2)

    package init(store: any ResourceStore, adminAPI: ResourceRecord? = nil, _ runtime: Runtime) {
        self.store = store
        self.adminAPI = adminAPI
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
    /// - Throws: `OAuthError` `invalid_target` for a resource that is not registered, or that the client may not have,
    ///   `temporarily_unavailable`.
    package func registered(
        _ uris: [String], for client: ClientRecord
    ) async throws(OAuthError) -> [ResourceRecord] {
        guard !uris.isEmpty else { return [] }
        if let adminAPI, uris.contains(adminAPI.uri) {
            try Self.checkAdministration(uris, for: client)
            return [adminAPI]
        }
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

    /// Returns whether a request asks for the admin API, alone or with others.
    func isAdminAPI(in form: Form) -> Bool {
        guard let adminAPI else { return false }
        return form.values("resource").contains(adminAPI.uri)
    }

    /// A token for several resources could be replayed at the admin API by one of the others.
    private static func checkAdministration(_ uris: [String], for client: ClientRecord) throws(OAuthError) {
        guard client.isRegisteredByOperator else {
            throw OAuthError(
                .invalidTarget,
                "The client registered itself, so it cannot have tokens for the admin API. The operator must register one."
            )
        }
        guard client.authenticationMethod == .privateKeyJWT else {
            throw OAuthError(
                .invalidTarget,
                "Only a client with the token_endpoint_auth_method private_key_jwt can have tokens for the admin API.")
        }
        guard uris.count == 1 else {
            throw OAuthError(
                .invalidTarget, "A token for the admin API is for no other resource. Ask for a token for each.")
        }
    }

    /// Returns resources as people see them, whether or not they are still registered.
    func shownNames(of uris: [String]) async throws(OAuthError) -> [String] {
        guard !uris.isEmpty else { return [] }
        let all = try await all()
        return uris.map { uri in (uri == adminAPI?.uri ? adminAPI : all[uri])?.shownName ?? uri }
    }

    /// Returns what a token for these resources is like.
    ///
    /// - Parameter uris: empty for the default audience.
    /// - Throws: `OAuthError`, as `registered`; `invalid_target` also if no one token suits all resources.
    func target(_ uris: [String], for client: ClientRecord) async throws(OAuthError) -> TokenTarget {
        let resources = try await registered(uris, for: client)
        guard !resources.isEmpty else { return .default }
        let formats = Set(resources.compactMap(\.accessTokenFormat))
        guard formats.count <= 1 else {
            throw OAuthError(
                .invalidTarget, "The resources need tokens of different formats. Ask for a token for each resource.")
        }
        let scopes = resources.flatMap(\.scopes)
        let isForAdminAPI = resources.first?.uri == adminAPI?.uri
        return TokenTarget(
            audiences: resources.map(\.uri),
            scopes: Set(isForAdminAPI ? scopes : AdminScope.removed(from: scopes)), format: formats.first,
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
