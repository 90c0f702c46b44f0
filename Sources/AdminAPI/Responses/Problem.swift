import Administration

/// An error response of the admin API (RFC 9457).
package struct Problem: Error, Sendable {
    package let kind: FailureKind
    /// What is wrong and what to do.
    package let detail: String
    /// Further members.
    package let facts: JSONObject
    package let headers: HeaderFields

    package init(_ kind: FailureKind, _ detail: String, facts: JSONObject = [:], headers: HeaderFields = [:]) {
        self.kind = kind
        self.detail = detail
        self.facts = facts
        self.headers = headers
    }

    /// The URN of a kind: it identifies the kind, and does not depend on the server.
    package static func type(_ kind: FailureKind) -> String { "urn:countersign:problem:\(kind.code)" }

    package func response() -> EndpointResponse {
        var body: JSONObject = [
            "type": .string(Self.type(kind)), "title": .string(kind.title), "status": .number(kind.status),
            "detail": .string(detail), "code": .string(kind.code),
        ]
        for fact in facts.members where body[fact.name.text] == nil { body.set(fact.name.text, fact.value) }
        var fields = HeaderFields.uncached
        for header in headers.fields { fields.append(header.name, header.value) }
        return EndpointResponse(
            status: kind.status, headers: fields, contentType: "application/problem+json", body: body.rendered())
    }
}

extension Problem {
    /// A body that is JSON of the wrong content.
    package static func invalidBody(_ document: InvalidDocument) -> Problem {
        let count = document.faults.count
        let sentence = count == 1 ? "One member is wrong" : "\(count) members are wrong"
        return Problem(
            .invalidBody, "\(sentence): see errors.",
            facts: ["errors": .array(document.faults.map(\.json))])
    }

    /// - Parameter member: of the body.
    package static func invalidBody(_ member: String, _ detail: String) -> Problem {
        invalidBody(InvalidDocument([DocumentFault(JSONPointer.document.appending(member), detail)]))
    }
}
