import CountersignClient
import HTTP
import Pages

/// A web application on loopback that walks one browser through the authorization code flow, and shows every message.
package struct Playground: Sendable {
    /// Finds what the server recorded about a refusal; `nil` if its store is not on this machine or has no such entry.
    package typealias Explain = @Sendable (_ reference: String) async -> RefusalExplanation?

    let origin: LoopbackOrigin
    let server: ServerEndpoints
    let client: PlaygroundClient
    /// The scope of the first request of each walk.
    let scope: String
    let connection: Connection
    private let explain: Explain?
    private let library: TemplateLibrary
    let walks = Walks()
    let clock: @Sendable () -> UnixTime

    /// - Parameters:
    ///   - origin: the address at which people open it.
    ///   - scope: asked for in the first request, separated by spaces.
    ///   - connection: sends the client's requests.
    /// - Throws: `ThemeError` if a template is broken.
    package init(
        at origin: LoopbackOrigin, of server: ServerEndpoints, as client: PlaygroundClient, scope: String,
        connection: Connection, explain: Explain? = nil, clock: @escaping @Sendable () -> UnixTime = { .now }
    ) throws(ThemeError) {
        self.origin = origin
        self.server = server
        self.client = client
        self.scope = scope
        self.connection = connection
        self.explain = explain
        self.clock = clock
        library = try TemplateLibrary(
            brand: "Countersign playground", templates: Self.templates,
            assets: ["playground.css": PackageResources.playground_css])
    }

    private static let templates = [
        "prepare": PackageResources.prepare_mustache, "exchange": PackageResources.exchange_mustache,
        "id_token": PackageResources.id_token_mustache, "use": PackageResources.use_mustache,
        "steps": PackageResources.steps_mustache, "checks": PackageResources.checks_mustache,
        "jwt": PackageResources.jwt_mustache, "sent": PackageResources.sent_mustache,
        "message": PackageResources.message_mustache, "icons": PackageResources.icons_mustache,
    ]

    package var routes: Routes {
        Routes([
            route(Route.read, "/", showPreparation), route(["POST"], "/start", startAgain),
            route(["POST"], "/prepare", prepare), route(Route.read, "/callback", takeAnswer),
            route(Route.read, "/exchange", showExchange), route(["POST"], "/sign", signAgain),
            route(["POST"], "/exchange", exchangeCode), route(Route.read, "/id-token", showIDToken),
            route(Route.read, "/use", showUse), route(["POST"], "/use", use),
            route(["POST"], "/break", experiment), route(Route.read, "/signed-out", takeLogout),
            Route(
                Route.read, "/assets/{name}",
                LocalEndpoint(origin: origin) { [library] in
                    await AssetEndpoint(library.asset).respond(to: $0)
                }),
        ])
    }

    private func route(
        _ methods: [String], _ path: String, _ answer: @escaping @Sendable (Visit) async -> EndpointResponse
    ) -> Route {
        Route(methods, path, LocalEndpoint(origin: origin) { await answer(Visit($0, in: self)) })
    }
}

/// A request of a browser, with its walk.
struct Visit: Sendable {
    let request: EndpointRequest
    /// The value of the cookie, and the walk it stands for.
    let known: (id: String, walk: Walk)?

    init(_ request: EndpointRequest, in playground: Playground) {
        self.request = request
        known = Cookies(request)[playground.cookie].flatMap { id in playground.walks[id].map { (id, $0) } }
    }

    /// A field of a POST.
    func field(_ name: String) -> String? { (try? Form(of: request))?.text(name) }
}

extension Playground {
    /// The name of the cookie. All ports of a host share their cookies, so it has the port.
    var cookie: String {
        "countersign-playground-" + (origin.text.split(separator: ":").last.map { String($0) } ?? "")
    }

    /// The header field that begins a walk in a browser.
    func cookieField(_ id: String) -> String { "\(cookie)=\(id); Path=/; HttpOnly; SameSite=Lax" }

    func page(
        _ template: String, _ context: [String: Any], status: Int = 200, cookies: [String] = []
    ) -> EndpointResponse {
        var response = EndpointResponse(
            status: status, headers: PageResponder.headers(), contentType: "text/html; charset=utf-8",
            body: library.html(template, context))
        for cookie in cookies { response.headers.append("Set-Cookie", cookie) }
        return response
    }

    func redirect(to path: String, cookies: [String] = []) -> EndpointResponse {
        PageResponder.redirect(to: path, cookies: cookies)
    }

    /// Sends a request and looks up the reason if it is refused.
    func send(_ request: SentRequest, _ title: String, _ lesson: String) async -> Exchange {
        let outcome: Exchange.Outcome
        do throws(TokenClientError) {
            outcome = .answered(Answer(try await connection.send(request.message)))
        } catch {
            outcome = .failed(error.message)
        }
        var exchange = Exchange(title: title, lesson: lesson, request: request, outcome: outcome, at: clock())
        if let explain, let reference = exchange.answer?.text("reference") {
            exchange.explanation = await explain(reference)
        }
        return exchange
    }

    /// Returns a request in which the client authenticates with a fresh assertion (RFC 7523 §2.2).
    func signed(
        _ parameters: [(name: String, value: String)], to address: ServerAddress,
        spoiledBy experiment: Experiment? = nil
    ) throws(TokenClientError) -> SentRequest {
        let assertion = try client.assertion(for: server.issuer, at: clock(), spoiledBy: experiment)
        let authentication = [
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", assertion),
        ]
        return SentRequest(method: "POST", address: address, parameters: parameters + authentication)
    }

    /// Reads the server's published keys.
    func serverKeys() async -> Result<[JWK], TokenClientError> {
        do throws(TokenClientError) {
            let response = try await connection.send(Connection.Request("GET", server.keySet))
            do throws(KeyError) {
                return .success(try JWKSet(parsing: response.body).keys)
            } catch {
                throw .response(url: server.keySet.text, status: response.status, detail: error.phrase)
            }
        } catch {
            return .failure(error)
        }
    }
}
