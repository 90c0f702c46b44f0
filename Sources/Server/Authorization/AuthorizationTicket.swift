import Crypto

/// A pending authorization request: its parameters, its time of arrival and the sign-in that answered it. It is sealed into the pages, so
/// nothing is stored for callers who have not signed in.
struct AuthorizationTicket: Sendable {
    /// The time that a person has to finish.
    static let lifetime: Duration = .seconds(3600)
    /// The maximum length of all parameters together, in bytes: a ticket must fit into a URL.
    static let maximumLength = 8192

    /// The parameters that are kept. Others have no effect.
    private static let parameters = [
        "client_id", "redirect_uri", "response_mode", "state", "request", "request_uri", "registration",
        "response_type", "scope", "code_challenge", "code_challenge_method", "nonce", "prompt", "max_age", "acr_values",
        "claims", "login_hint", "id_token_hint", "ui_locales",
    ]
    /// The member with the redirect URI of a request that has none. It never comes from the request.
    static let defaultRedirectURI = "default_redirect_uri"

    let form: Form
    let begunAt: UnixTime
    /// `nil` until the person has signed in for this request.
    let answer: Answer?
    private let text: String

    /// A sign-in with the form of the request's own sign-in page.
    struct Answer: Sendable, Equatable {
        fileprivate static let sessionLength = 32
        fileprivate static let length = sessionLength + AuthorizationGrantRecord.idLength

        /// `SessionRecord.digest` of the session that began. The answer is valid only in this session's browser, until another sign-in.
        let session: [UInt8]
        /// The identifier of the grant to make. The store accepts it once, so an answer is good for one code.
        let grant: [UInt8]

        init(_ session: SessionRecord) {
            self.session = session.digest
            grant = AuthorizationGrantRecord.makeID(at: session.createdAt)
        }

        fileprivate init(_ bytes: ArraySlice<UInt8>) {
            session = Array(bytes.prefix(Self.sessionLength))
            grant = Array(bytes.dropFirst(Self.sessionLength))
        }
    }

    /// - Parameters:
    ///   - destination: of the checked request; `nil` for one that is checked later.
    ///   - prompt: replaces `prompt` of the request.
    /// - Throws: `OAuthError` `invalid_request` if the request is too long.
    init(
        _ form: Form, to destination: ResponseDestination? = nil, begunAt: UnixTime, answer: Answer? = nil,
        prompt: String? = nil
    ) throws(OAuthError) {
        var kept: [(name: String, value: String)] = []
        for name in Self.parameters {
            let value = name == "prompt" ? prompt ?? form.text(name) : form.text(name)
            if let value { kept.append((name, value)) }
        }
        if let destination, !destination.hasRedirectURI {
            kept.append((Self.defaultRedirectURI, destination.redirectURI))
        }
        text = FormWriter.encoded(kept + form.values("resource").map { ("resource", $0) })
        guard text.utf8.count <= Self.maximumLength else {
            throw OAuthError(
                .invalidRequest,
                "The parameters of the authorization request are longer than \(Self.maximumLength) bytes.")
        }
        do {
            self.form = try Form(parsing: text.utf8)
        } catch {
            throw OAuthError(.invalidRequest, error.message)
        }
        self.begunAt = begunAt
        self.answer = answer
    }

    /// - Returns: `nil` if it cannot be sealed.
    func sealed(by tickets: TicketSeal) -> String? {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: begunAt.milliseconds)
        bytes.append(answer == nil ? 0 : 1)
        if let answer { bytes.append(contentsOf: answer.session + answer.grant) }
        bytes.append(contentsOf: text.utf8)
        return tickets.seal(bytes)
    }

    /// Opens a ticket that this server has sealed less than its lifetime ago.
    init?(opening sealed: String, by tickets: TicketSeal, at now: UnixTime) {
        guard let bytes = tickets.open(sealed), bytes.count >= 9 else { return nil }
        let begunAt = UnixTime(milliseconds: bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) })
        // One from the future was sealed before the clock was set back, and would live too long.
        let answerLength = bytes[8] == 1 ? Answer.length : 0
        let text = bytes.dropFirst(9 + answerLength)
        guard begunAt <= now + .seconds(60), now < begunAt + Self.lifetime, bytes.count >= 9 + answerLength,
            let form = try? Form(parsing: text)
        else { return nil }
        self.form = form
        self.begunAt = begunAt
        answer = answerLength == 0 ? nil : Answer(bytes.dropFirst(9).prefix(answerLength))
        self.text = String(decoding: text, as: UTF8.self)
    }
}
