/// The members of the metadata about people who sign in (OpenID Connect Discovery §3, RFC 8414 §2).
struct AuthorizationMetadata: Sendable {
    /// The algorithms that ID tokens can have. OpenID Connect demands RS256.
    var algorithms: [SignatureAlgorithm] = [.rs256]
    /// The languages of the pages.
    var languages: [String] = []
    /// `acr` of ID tokens.
    var contextClasses: [String] = []

    var json: JSONObject {
        [
            "response_types_supported": ["code"],
            "response_modes_supported": .array(ResponseMode.allCases.map(\.rawValue)),
            "code_challenge_methods_supported": ["S256"],
            // RFC 9207 §3.
            "authorization_response_iss_parameter_supported": .boolean(true),
            "prompt_values_supported": .array(Prompt.allCases.map(\.rawValue)),
            "request_parameter_supported": .boolean(false),
            // Here an absent member means true.
            "request_uri_parameter_supported": .boolean(false), "claims_parameter_supported": .boolean(true),
            "acr_values_supported": contextClasses.isEmpty ? nil : .array(contextClasses),
            "subject_types_supported": .array(SignInOptions.SubjectType.allCases.map(\.rawValue)),
            "id_token_signing_alg_values_supported": .array(algorithms.map(\.name)),
            "claims_supported": .array(
                ["sub", "iss", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid"] + StandardClaims.all),
            "backchannel_logout_supported": .boolean(true), "backchannel_logout_session_supported": .boolean(true),
            "ui_locales_supported": languages.isEmpty ? nil : .array(languages),
        ]
    }
}
