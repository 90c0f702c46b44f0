import Administration

/// The description of the admin API (OpenAPI 3.1), served at `openapi.json` without authentication: it is the same for every server, except
/// for the URLs.
///
/// It is written by hand. A test compares its paths, methods and problem codes with the operations.
package struct OpenAPIDocument: Sendable {
    package let object: JSONObject

    /// Deeper than any document that is sent: schemas within schemas.
    private static let maximumDepth = 64

    /// - Throws: `JSONError`, which a test rules out.
    package init(_ urls: ServerURLs) throws(JSONError) {
        var object = try JSONObject(parsing: PackageResources.openapi_json, maximumDepth: Self.maximumDepth)
        let server: JSONObject = ["url": .string(urls.adminAPI), "description": "This server."]
        object.set("servers", .array([server]))
        for flow in ["clientCredentials", "authorizationCode"] {
            let place = ["components", "securitySchemes", "oauth2", "flows", flow]
            object.replace(place + ["tokenUrl"], with: .string(urls.token))
            object.replace(place + ["authorizationUrl"], with: .string(urls.authorization))
        }
        self.object = object
    }
}

extension JSONObject {
    /// Replaces a member that exists, at the end of a path of names.
    fileprivate mutating func replace(_ path: [String], with value: JSONValue) {
        guard let name = path.first, let member = self[name] else { return }
        if path.count == 1 {
            set(name, value)
        } else if case .object(var object) = member {
            object.replace(Array(path.dropFirst()), with: value)
            set(name, .object(object))
        }
    }
}

/// `/openapi.json`.
struct OpenAPIEndpoint: Endpoint {
    static let path = "/openapi.json"

    private let document: [UInt8]?

    init(_ urls: ServerURLs) {
        document = (try? OpenAPIDocument(urls))?.object.rendered()
    }

    func respond(to request: EndpointRequest) async -> EndpointResponse {
        guard let document else { return Problem(.internalError, "The description cannot be read.").response() }
        return .json(document, headers: .cacheable)
    }

    func pageForOtherMethod(_ request: EndpointRequest) -> EndpointResponse? {
        Problem(.methodNotAllowed, "This path answers the methods in Allow.").response()
    }
}
