import Testing

@testable import Server

@Suite("Routes")
struct RoutesTests {
    /// An endpoint that answers with its name and path parameters.
    private struct Named: Endpoint {
        let name: String

        func respond(to request: EndpointRequest) async -> EndpointResponse {
            let parameters = request.parameters.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
            return EndpointResponse(
                status: 200, contentType: "text/plain", body: Array(([name] + parameters).joined(separator: " ").utf8))
        }
    }

    private let routes = Routes([
        Route(Route.read, "/clients", Named(name: "list")),
        Route(["POST"], "/clients", Named(name: "add")),
        Route(Route.read, "/clients/{id}", Named(name: "show")),
        Route(["DELETE"], "/clients/{id}/keys/{key}", Named(name: "remove")),
        Route(Route.read, "/clients/new", Named(name: "form")),
    ])

    private func answer(_ method: String, _ path: String) async -> (EndpointResponse, String) {
        let response = await routes.response(to: EndpointRequest(method: method, path: path))
        return (response, String(decoding: response.body, as: UTF8.self))
    }

    @Test(
        "find an endpoint by method and path, an exact path before one with parameters",
        arguments: [
            ("GET", "/clients", "list"), ("HEAD", "/clients", "list"), ("POST", "/clients", "add"),
            ("GET", "/clients/a%2Fb", "show id=a%2Fb"), ("GET", "/clients/", "show id="),
            ("GET", "/clients/{id}", "show id={id}"), ("GET", "/clients/..", "show id=.."),
            ("DELETE", "/clients/a/keys/k1", "remove id=a key=k1"), ("GET", "/clients/new", "form"),
        ])
    func found(_ method: String, _ path: String, _ answer: String) async {
        #expect(await self.answer(method, path).1 == answer)
        #expect(routes.accepts(method, path))
    }

    @Test(
        "do not find other paths", arguments: ["/", "", "/client", "/clients/a/", "/clients/a/keys", "//clients", "*"])
    func notFound(_ path: String) async {
        #expect(await answer("GET", path).0.status == 404)
        #expect(!routes.accepts("GET", path))
    }

    @Test(
        "refuse other methods and list the allowed ones",
        arguments: [
            ("OPTIONS", "/clients", "GET, HEAD, POST"), ("get", "/clients/a", "GET, HEAD"),
            ("GET", "/clients/a/keys/b", "DELETE"), ("POST", "/clients/new", "GET, HEAD"),
        ])
    func methodNotAllowed(_ method: String, _ path: String, _ allowed: String) async {
        let (response, _) = await answer(method, path)
        #expect(response.status == 405)
        #expect(response.headers["Allow"] == allowed)
        #expect(!routes.accepts(method, path))
    }
}

@Suite("Header fields")
struct HeaderFieldsTests {
    @Test("are found case-insensitively, and repeated ones are joined")
    func lookUp() {
        var headers: HeaderFields = ["Accept": "a/b", "cookie": "x"]
        headers.append("ACCEPT", "c/d")
        #expect(headers["accept"] == "a/b, c/d")
        #expect(headers["Cookie"] == "x")
        headers.append("cookie", "y")
        #expect(headers["Cookie"] == "x; y")
        #expect(headers["Accepts"] == nil)
        #expect(headers.fields.map(\.name) == ["Accept", "cookie", "ACCEPT", "cookie"])
    }

    @Test("are not equal if only ASCII neighbours match", arguments: [("[", "{"), ("@", "`"), ("a", "b")])
    func neighbours(_ name: String, _ other: String) {
        var headers: HeaderFields = [:]
        headers.append(name, "x")
        #expect(headers.fields.count { $0.name.isField("{") || $0.name.isField("`") || $0.name.isField("B") } == 0)
    }
}
