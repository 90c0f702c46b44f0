import CountersignJOSE

/// An error response (RFC 6749 §5.2): the one place that writes it.
package struct OAuthError: Error, Sendable, Equatable {
    /// The `error` member.
    package enum Code: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidScope = "invalid_scope"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        case temporarilyUnavailable = "temporarily_unavailable"

        /// The status the specifications give it: RFC 6749 §5.2, RFC 7523 §3.2, RFC 9110 §15.6.4.
        var status: Int {
            switch self {
            case .invalidRequest, .invalidScope, .unauthorizedClient, .unsupportedGrantType,
                .unsupportedResponseType:
                400
            case .invalidClient: 401
            case .temporarilyUnavailable: 503
            }
        }
    }

    /// The `error` member.
    package let code: Code
    /// The HTTP status, if it is not the code's own.
    package let status: Int?
    /// A sentence for a person; characters that RFC 6749 §5.2 forbids are replaced when it is written.
    package let description: String
    /// The page that explains it, if that of `code` would say too little.
    package let page: String?
    /// The reference under which the audit log keeps the trace.
    package let reference: Reference?
    /// The scheme of the `Authorization` header field that the client used, which this server does not accept.
    package let scheme: String?

    package init(
        _ code: Code, _ description: String, status: Int? = nil, page: String? = nil, reference: Reference? = nil,
        scheme: String? = nil
    ) {
        self.code = code
        self.status = status
        self.description = description
        self.page = page
        self.reference = reference
        self.scheme = scheme
    }

    /// The response.
    ///
    /// - Parameter issuer: where the pages are served; without it there is no `error_uri`.
    package func response(issuer: String? = nil) -> EndpointResponse {
        var members: [(String, JSONValue)] = [
            ("error", .string(ExactString(code.rawValue))),
            ("error_description", .string(ExactString(Self.printable(description)))),
        ]
        if let issuer {
            members.append(("error_uri", .string(ExactString("\(issuer)/errors/\(page ?? code.rawValue)"))))
        }
        if let reference {
            members.append(("reference", .string(ExactString(reference.text))))
        }
        var headers = HeaderFields.noStore
        // RFC 6749 §5.2: a client that tried a scheme of RFC 9110 §11 is answered in the same.
        if let scheme {
            headers.append("WWW-Authenticate", "\(scheme) realm=\"\(issuer ?? "countersign")\"")
        }
        if code == .temporarilyUnavailable { headers.append("Retry-After", "1") }
        return .json(JSONObject(members), status: status ?? code.status, headers: headers)
    }

    /// RFC 6749 §5.2: `error_description` holds %x20-21, %x23-5B and %x5D-7E only.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar {
                    case "\"": "'"
                    case "\\": "/"
                    case " "..."~": scalar
                    default: "?"
                    }
                }))
    }
}
