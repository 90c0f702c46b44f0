import Administration

/// The answer of an operation.
package struct AdminResponse: Sendable {
    package let status: Int
    /// `nil` for no body.
    package let body: JSONObject?
    /// The version of the body, if it is one thing.
    package let tag: EntityTag?
    package let headers: HeaderFields

    private init(_ status: Int, _ body: JSONObject?, tag: EntityTag? = nil, headers: HeaderFields = [:]) {
        self.status = status
        self.body = body
        self.tag = tag
        self.headers = headers
    }

    /// One thing that can be changed.
    ///
    /// - Parameter tag: if the body has members that change by themselves; by default a digest of the body.
    package static func thing(_ body: JSONObject, tag: EntityTag? = nil) -> AdminResponse {
        AdminResponse(200, body, tag: tag ?? EntityTag(of: body))
    }

    /// A thing that did not exist before.
    ///
    /// - Parameter url: where it is.
    package static func created(_ body: JSONObject, at url: String, tag: EntityTag? = nil) -> AdminResponse {
        AdminResponse(201, body, tag: tag ?? EntityTag(of: body), headers: ["Location": url])
    }

    /// What is not a thing with versions: a computed view, or the result of an action.
    package static func document(_ body: JSONObject, status: Int = 200, headers: HeaderFields = [:]) -> AdminResponse {
        AdminResponse(status, body, headers: headers)
    }

    /// The answer after a removal.
    package static let none = AdminResponse(204, nil)

    func response(to request: EndpointRequest) -> EndpointResponse {
        var fields = HeaderFields.uncached
        for header in headers.fields { fields.append(header.name, header.value) }
        if let tag {
            fields.append("ETag", tag.text)
            if Route.read.contains(request.method), Precondition.isNotModified(request, tag) {
                return EndpointResponse(status: 304, headers: fields, contentType: "application/json", body: [])
            }
        }
        return .json(body?.rendered() ?? [], status: status, headers: fields)
    }
}
