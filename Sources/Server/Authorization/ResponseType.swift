/// `response_type` (RFC 6749 §3.1.1): `code` alone. RFC 9700 §2.1.2 advises against those that put tokens into the redirect.
enum ResponseType {
    static func check(_ form: Form) throws(OAuthError) {
        guard let sent = form.text("response_type") else {
            throw OAuthError(.invalidRequest, "response_type is missing. Send response_type=code.")
        }
        guard sent == "code" else { throw refusal(of: sent) }
    }

    static func refusal(of sent: String) -> OAuthError {
        OAuthError(.unsupportedResponseType, "response_type: expected code; found \(SentCredentials.quoted(sent)).")
    }
}
