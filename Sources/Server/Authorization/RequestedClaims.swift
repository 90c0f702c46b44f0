/// `claims` (OpenID Connect Core §5.5): claims that the client asks for by name.
enum RequestedClaims {
    /// - Returns: the parameter as sent, and what it says.
    static func check(_ form: Form) throws(OAuthError) -> (text: String?, request: ClaimsRequest) {
        guard let text = form.text("claims") else { return (nil, .none) }
        guard let request = ClaimsRequest(parsing: text) else {
            throw OAuthError(
                .invalidRequest,
                "claims: expected a JSON object of at most \(ClaimsRequest.maximumLength) bytes with the members userinfo and id_token, "
                    + "which are objects; no member may occur twice.")
        }
        // §5.5.1.1: this server has no authentication context classes, so none of those demanded can be reached.
        guard request.essentialContextClasses == nil else {
            throw OAuthError(
                .unmetAuthenticationRequirements,
                "claims: acr is demanded with values that cannot be reached. This server signs people in in one way only."
            )
        }
        return (text, request)
    }
}
