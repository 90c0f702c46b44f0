/// An error response (RFC 6749 §5.2).
package struct OAuthError: Error, Sendable, Equatable {
    /// The `error` member.
    package enum Code: String, Sendable, CaseIterable {
        case invalidRequest = "invalid_request"
        case invalidClient = "invalid_client"
        case invalidGrant = "invalid_grant"
        case invalidScope = "invalid_scope"
        case unauthorizedClient = "unauthorized_client"
        case unsupportedGrantType = "unsupported_grant_type"
        case unsupportedResponseType = "unsupported_response_type"
        /// RFC 6750 §3.1.
        case invalidToken = "invalid_token"
        /// RFC 6750 §3.1.
        case insufficientScope = "insufficient_scope"
        case temporarilyUnavailable = "temporarily_unavailable"
        case serverError = "server_error"
        /// RFC 6749 §4.1.2.1.
        case accessDenied = "access_denied"
        /// RFC 8707 §2.
        case invalidTarget = "invalid_target"
        /// OpenID Connect Core §3.1.2.6, as the following ones.
        case loginRequired = "login_required"
        case accountSelectionRequired = "account_selection_required"
        case consentRequired = "consent_required"
        case interactionRequired = "interaction_required"
        case requestNotSupported = "request_not_supported"
        case requestURINotSupported = "request_uri_not_supported"
        case registrationNotSupported = "registration_not_supported"
        /// OpenID Connect Core Error Code unmet_authentication_requirements 1.0 §2.
        case unmetAuthenticationRequirements = "unmet_authentication_requirements"
        /// RFC 7591 §3.2.2.
        case invalidRedirectURI = "invalid_redirect_uri"
        case invalidClientMetadata = "invalid_client_metadata"

        /// The HTTP status: RFC 6749 §5.2, RFC 6750 §3.1, RFC 7523 §3.2, RFC 9110 §15.6.4.
        var status: Int {
            switch self {
            case .invalidRequest, .invalidGrant, .invalidScope, .unauthorizedClient, .unsupportedGrantType,
                .unsupportedResponseType, .invalidTarget, .loginRequired, .accountSelectionRequired, .consentRequired,
                .interactionRequired, .requestNotSupported, .requestURINotSupported, .registrationNotSupported,
                .unmetAuthenticationRequirements, .invalidRedirectURI, .invalidClientMetadata:
                400
            case .invalidClient, .invalidToken: 401
            case .accessDenied, .insufficientScope: 403
            case .serverError: 500
            case .temporarilyUnavailable: 503
            }
        }
    }

    package let code: Code
    /// The HTTP status, if it differs from the code's.
    package let status: Int?
    /// A sentence for a person; characters that RFC 6749 §5.2 forbids are replaced when it is written.
    package let description: String
    /// The page that explains the error, if there is a more specific one than that of `code`.
    package let page: String?
    /// The reference under which the audit log keeps the trace.
    package private(set) var reference: Reference?
    /// The scheme of the `Authorization` header field that the client used, which this server does not accept.
    package let scheme: String?
    /// When to try again, for `temporarily_unavailable`.
    package let retryAfter: Duration

    package init(
        _ code: Code, _ description: String, status: Int? = nil, page: String? = nil, reference: Reference? = nil,
        scheme: String? = nil, retryAfter: Duration = .seconds(1)
    ) {
        self.code = code
        self.status = status
        self.description = description
        self.page = page
        self.reference = reference
        self.scheme = scheme
        self.retryAfter = retryAfter
    }

    /// Returns the error with the reference under which it was recorded.
    func with(_ reference: Reference) -> OAuthError {
        var error = self
        error.reference = reference
        return error
    }

    /// Renders the response; without the `issuer`, at which the error pages are served, it has no `error_uri`.
    package func response(issuer: String? = nil) -> EndpointResponse {
        let body: JSONObject = [
            "error": .string(code.rawValue), "error_description": .string(Self.printable(description)),
            "error_uri": issuer.map { .string("\($0)/errors/\(page ?? code.rawValue)") },
            "reference": .string(reference?.text),
        ]
        var headers = HeaderFields.noStore
        // RFC 6749 §5.2: the response names the authentication scheme (RFC 9110 §11) that the client tried.
        if let scheme {
            headers.append("WWW-Authenticate", "\(scheme) realm=\"\(issuer ?? "countersign")\"")
        }
        if code == .temporarilyUnavailable { headers.append("Retry-After", String(retryAfter.components.seconds)) }
        return .json(body, status: status ?? code.status, headers: headers)
    }

    /// RFC 6749 §5.2: `error_description` holds %x20-21, %x23-5B and %x5D-7E only.
    static func printable(_ text: String) -> String {
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
