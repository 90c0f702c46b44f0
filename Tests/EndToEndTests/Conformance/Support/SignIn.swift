import Countersign

/// The tokens of one sign-in, checked as the suite checks them in every module.
struct SignIn {
    let code: String
    let answer: Answer
    let accessToken: String
    let refreshToken: String?
    let idToken: IDToken

    init(_ answer: Answer, code: String = "", nonce: String?, at party: RelyingParty) throws {
        guard answer.status == 200, let accessToken = answer["access_token"], let idToken = answer["id_token"] else {
            throw TestFailure("no tokens: \(answer.status) \(answer.text)")
        }
        guard answer["token_type"]?.lowercased() == "bearer" else { throw TestFailure("token_type: \(answer.text)") }
        guard case .number(let lifetime)? = answer.object["expires_in"], (1...31_536_000).contains(lifetime.double)
        else {
            throw TestFailure("expires_in: \(answer.text)")
        }
        guard answer.headers["cache-control"]?.contains("no-store") == true else {
            throw TestFailure("Cache-Control: \(answer.headers)")
        }
        self.code = code
        self.answer = answer
        self.accessToken = accessToken
        refreshToken = answer["refresh_token"]
        self.idToken = try IDToken(idToken, accessToken: accessToken, nonce: nonce, at: party)
    }
}
