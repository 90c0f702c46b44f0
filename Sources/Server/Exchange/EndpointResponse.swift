import CountersignJOSE

/// A response as an endpoint gives it.
package struct EndpointResponse: Sendable {
    /// HTTP status code.
    package var status: Int
    /// Header fields beside `Content-Type` and `Content-Length`.
    package var headers: [Header]
    /// The `Content-Type` header field.
    package var contentType: String
    /// The bytes of the body.
    package var body: [UInt8]

    /// One header field.
    package struct Header: Sendable, Equatable {
        /// The field name.
        package let name: String
        /// The field value.
        package let value: String

        /// Makes it of its parts.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }

        /// RFC 6749 §5.1: nothing that carries a token, or says that there is none, may be cached.
        package static let noStore = Header("Cache-Control", "no-store")
        /// Public documents change seldom; five minutes keep a key rotation short.
        package static let cacheable = Header("Cache-Control", "public, max-age=300")
    }

    /// Makes it of its parts.
    package init(status: Int, headers: [Header] = [], contentType: String, body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.contentType = contentType
        self.body = body
    }

    /// A JSON document.
    package static func json(_ object: JSONObject, status: Int = 200, headers: [Header]) -> EndpointResponse {
        .json(object.rendered(), status: status, headers: headers)
    }

    /// A JSON document that is rendered already.
    package static func json(_ body: [UInt8], status: Int = 200, headers: [Header]) -> EndpointResponse {
        EndpointResponse(status: status, headers: headers, contentType: "application/json", body: body)
    }
}
