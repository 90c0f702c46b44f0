/// How an authorization response reaches the client.
enum ResponseMode: String, Sendable, CaseIterable {
    /// In the query of the redirect URI (OAuth 2.0 Multiple Response Type Encoding Practices §2.1): the default for codes.
    case query
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode §2).
    case formPost = "form_post"

    static func requested(in form: Form) throws(OAuthError) -> ResponseMode {
        guard let sent = form.text("response_mode") else { return .query }
        guard let mode = ResponseMode(rawValue: sent) else {
            throw OAuthError(
                .invalidRequest, "response_mode: expected query or form_post; found \(SentCredentials.quoted(sent)).")
        }
        return mode
    }
}
