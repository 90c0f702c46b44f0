import Administration

/// The admin API, `{issuer}/admin/v1`: what operators do, as resources in JSON (docs/admin-api.md).
///
/// It is called with access tokens only. No cookie is involved and no other site may read an answer, so a browser cannot be made to use it.
package struct AdminAPI: Sendable {
    package let operations: [AdminOperation]
    private let services: AdminServices
    private let authorizer: AdminAuthorizer
    private let store: any Store

    package init(_ services: AdminServices, tokens: AccessTokenVerifier, store: any Store) {
        self.services = services
        self.store = store
        authorizer = AdminAuthorizer(tokens: tokens, users: store.users, urls: services.urls)
        operations = Self.nouns(services).flatMap(\.operations)
    }

    static func nouns(_ services: AdminServices) -> [any AdminNoun] {
        [
            ClientEndpoints(), ClientKeyEndpoints(), ClientSecretEndpoints(), UserEndpoints(services: services),
            UserAccessEndpoints(), CalendarAddressEndpoints(services: services), KeyStoreEndpoints(),
            ResourceEndpoints(), RegistrationTokenEndpoints(),
            ServerKeyEndpoints(services: services), KeySetEndpoints(services: services),
            RefusalEndpoints(services: services),
            AssertionEndpoints(services: services),
            ChangeEndpoints(),
            ExpiryEndpoints(services: services), ServerEndpoints(services: services),
        ]
    }

    package var routes: [Route] {
        let base = services.urls.path + "/admin/v1"
        let known = operations.map { operation in
            Route(
                operation.methods, base + operation.path,
                AdminEndpoint(operation: operation, authorizer: authorizer, store: store, services: services))
        }
        let methods = Route.read + AdminOperation.Method.allCases.dropFirst().map(\.rawValue)
        let description = Route(Route.read, base + OpenAPIEndpoint.path, OpenAPIEndpoint(services.urls))
        return known + [description, Route(methods, base + "/{path*}", UnknownEndpoint(urls: services.urls))]
    }
}

/// An operation as an endpoint: authorizes, decodes, runs, and makes a problem of every error.
private struct AdminEndpoint: Endpoint {
    let operation: AdminOperation
    let authorizer: AdminAuthorizer
    let store: any Store
    let services: AdminServices

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        let now = services.runtime.clock()
        var observed: ObservedTag?
        do {
            let caller = try await authorizer.caller(request, needs: operation.scope, at: now)
            let authorized = try AdminRequest(request, caller: caller, store: store, urls: services.urls, at: now)
            observed = authorized.observed
            return try await operation.handler(authorized).response(to: request)
        } catch {
            return Problem(error, current: observed?.tag, services.runtime).response()
        }
    }

    /// A file may be longer than other bodies, of callers who have an authentic token.
    func bodyLimit(for head: EndpointRequest) -> Int {
        operation.takesFile && authorizer.hasAuthenticToken(head, for: operation.scope, at: services.runtime.clock())
            ? EndpointRequest.maximumFileBodySize : EndpointRequest.maximumBodySize
    }

    func pageForOtherMethod(_ request: EndpointRequest) -> EndpointResponse? {
        Problem(.methodNotAllowed, "This path answers the methods in Allow.").response()
    }
}

/// The answer at other paths below the base.
private struct UnknownEndpoint: Endpoint {
    let urls: ServerURLs

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        Problem(.noEndpoint, "There is nothing at this path. \(urls.adminAPI)/openapi.json lists all paths.").response()
    }

    func pageForOtherMethod(_ request: EndpointRequest) -> EndpointResponse? {
        Problem(.methodNotAllowed, "The admin API does not answer this method.").response()
    }
}
