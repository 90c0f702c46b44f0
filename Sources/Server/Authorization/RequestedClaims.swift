/// `claims` (OpenID Connect Core §5.5): claims that the client asks for by name.
enum RequestedClaims {
    static func check(_ form: Form, contextClass: String) throws(OAuthError) -> ClaimsRequest {
        guard let text = form.text("claims") else { return .none }
        guard let request = ClaimsRequest(parsing: text) else {
            throw OAuthError(
                .invalidRequest,
                "claims: expected a JSON object of at most \(ClaimsRequest.maximumLength) bytes with the members userinfo and id_token, "
                    + "which are objects; no member may occur twice, and demanded values of sub and acr are strings.")
        }
        // §5.5.1.1: demanded values are met or refused; voluntary ones are not.
        guard request.essentialContextClasses?.contains(contextClass) ?? true else {
            throw OAuthError(
                .unmetAuthenticationRequirements,
                "claims: acr is demanded with values that cannot be reached. This server signs people in by password only, which is "
                    + "\(contextClass).")
        }
        return request
    }
}
