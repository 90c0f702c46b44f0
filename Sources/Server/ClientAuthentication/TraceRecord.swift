/// The audit log's record of a refused assertion: its trace and a few values to compare, but never the assertion itself.
package struct TraceRecord: Sendable {
    /// Selected header parameters and claims, shortened.
    package let facts: JSONObject
    /// The outcome of each rule.
    package let trace: Trace

    package static let headerParameters = ["alg", "typ", "kid", "x5t", "x5t#S256"]
    private static let claims = ["iss", "sub", "aud", "iat", "nbf", "exp", "jti"]
    private static let maximumLength = 256

    package init(assertion: ClientAssertion?, trace: Trace) {
        var facts: JSONObject = [:]
        if let assertion {
            let (header, claims) = (assertion.jws.header.parameters, assertion.claims.object)
            let members = Self.headerParameters.map { ($0, header[$0]) } + Self.claims.map { ($0, claims[$0]) }
            for case (let name, let value?) in members { facts.set(name, Self.shortened(value)) }
        }
        self.facts = facts
        self.trace = trace
    }

    /// Parses a record that `text` rendered.
    package init?(text: String) {
        guard let object = try? JSONObject(parsing: Array(text.utf8)), case .object(let facts)? = object["assertion"],
            let entries = object["rules"], let trace = Trace(json: entries)
        else { return nil }
        self.facts = facts
        self.trace = trace
    }

    /// The record as one JSON object.
    package var text: String {
        JSONValue.object(["assertion": .object(facts), "rules": trace.compactJSON]).render()
    }

    private static func shortened(_ value: JSONValue) -> JSONValue {
        let text =
            switch value {
            case .string(let text): text.text
            case .null, .boolean, .number, .array, .object: value.render()
            }
        guard text.utf8.count > maximumLength else { return value }
        return .string(Countersign.shortened(text, to: maximumLength / 4))
    }
}
