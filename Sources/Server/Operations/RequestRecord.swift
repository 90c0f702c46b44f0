/// The audit log's record of a refused request without an assertion: why, and a few parameters to compare. `state`, `nonce` and the like
/// are not kept.
package struct RequestRecord: Sendable {
    /// What is wrong and what to do.
    package let detail: String
    /// Whether the client is registered and enabled; `nil` if it was not looked up.
    package let isRegistered: Bool?
    /// Selected parameters, shortened.
    package let parameters: JSONObject

    private static let kept = [
        "redirect_uri", "response_type", "response_mode", "scope", "resource", "prompt", "post_logout_redirect_uri",
    ]

    init(_ error: OAuthError, parameters: JSONObject, isRegistered: Bool?) {
        detail = shortened(error.description, to: 1024)
        self.isRegistered = isRegistered
        self.parameters = parameters
    }

    init(_ error: OAuthError, _ form: Form?, isRegistered: Bool?) {
        let kept = Self.kept.compactMap { name in
            form?.text(name).map { (name, JSONValue.string(shortened($0))) }
        }
        self.init(error, parameters: JSONObject(kept), isRegistered: isRegistered)
    }

    /// Parses a record that `text` rendered.
    package init?(text: String) {
        guard let object = try? JSONObject(parsing: Array(text.utf8)), case .object(let request)? = object["request"],
            let detail = request.string("detail"), case .object(let parameters)? = request["parameters"]
        else { return nil }
        self.detail = detail.text
        if case .boolean(let isRegistered)? = request["registered"] {
            self.isRegistered = isRegistered
        } else {
            isRegistered = nil
        }
        self.parameters = parameters
    }

    /// The record as one JSON object.
    package var text: String { JSONValue.object(["request": .object(json)]).render() }

    package var json: JSONObject {
        ["detail": .string(detail), "registered": .boolean(isRegistered) ?? .null, "parameters": .object(parameters)]
    }
}
