import Countersign

@testable import Server

/// A response with its JSON.
struct Reply: Sendable {
    let response: EndpointResponse
    /// Empty if the body is not a JSON object.
    let object: JSONObject

    init(_ response: EndpointResponse) {
        self.response = response
        object = (try? JSONObject(parsing: response.body)) ?? [:]
    }

    var status: Int { response.status }

    /// Returns a string member.
    subscript(_ name: String) -> String? { object.string(name)?.text }

    /// Returns the claims of a JWT among the members.
    func claims(_ name: String) throws -> JSONObject {
        try JSONObject(parsing: try CompactJWS(parsing: Array((self[name] ?? "").utf8)).payload)
    }
}
