/// A value of `prompt` (OpenID Connect Core §3.1.2.1): the pages that the client requests, or `none`.
enum Prompt: String, Sendable, CaseIterable {
    case none
    case login
    case consent
    case selectAccount = "select_account"

    static func requested(in form: Form) throws(OAuthError) -> Set<Prompt> {
        let sent = form.text("prompt") ?? ""
        var prompts: Set<Prompt> = []
        for value in sent.split(separator: " ") {
            guard let prompt = Prompt(rawValue: String(value)) else {
                throw OAuthError(
                    .invalidRequest,
                    "prompt: expected none, login, consent or select_account; found \(SentCredentials.quoted(String(value)))."
                )
            }
            prompts.insert(prompt)
        }
        guard prompts.count == 1 || !prompts.contains(.none) else {
            throw OAuthError(.invalidRequest, "prompt: none was sent with another value. Send it alone.")
        }
        return prompts
    }
}
