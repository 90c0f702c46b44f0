import CountersignJOSE

/// A response as an endpoint gives it.
package struct EndpointResponse: Sendable {
    /// HTTP status code.
    package var status: Int
    /// Header fields besides `Content-Type` and `Content-Length`.
    package var headers: HeaderFields
    package var contentType: String
    package var body: [UInt8]

    package init(status: Int, headers: HeaderFields = [:], contentType: String, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.contentType = contentType
        self.body = body
    }

    /// A JSON document.
    package static func json(_ object: JSONObject, status: Int = 200, headers: HeaderFields) -> EndpointResponse {
        .json(object.rendered(), status: status, headers: headers)
    }

    /// A JSON document that is already rendered.
    package static func json(_ body: [UInt8], status: Int = 200, headers: HeaderFields) -> EndpointResponse {
        EndpointResponse(status: status, headers: headers, contentType: "application/json", body: body)
    }
}
