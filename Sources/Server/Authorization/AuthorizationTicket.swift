import Crypto

/// An authorization request that waits for a person: its parameters and when it arrived. Pages carry it, sealed, so that nothing is
/// stored for callers who have not signed in.
struct AuthorizationTicket: Sendable {
    /// How long a person may take.
    static let lifetime: Duration = .seconds(3600)
    /// Of all parameters together, in bytes: a ticket must fit into a URL.
    static let maximumLength = 8192

    /// The parameters that are kept. Others have no effect.
    private static let parameters = [
        "client_id", "redirect_uri", "response_mode", "state", "request", "request_uri", "registration",
        "response_type", "scope", "code_challenge", "code_challenge_method", "nonce", "prompt", "max_age", "claims",
        "login_hint", "id_token_hint", "ui_locales",
    ]

    let form: Form
    let begunAt: UnixTime
    private let text: String

    /// - Parameter prompt: replaces `prompt` of the request.
    /// - Throws: `OAuthError` `invalid_request` if the request is too long.
    init(_ form: Form, begunAt: UnixTime, prompt: String? = nil) throws(OAuthError) {
        var kept: [(name: String, value: String)] = []
        for name in Self.parameters {
            let value = name == "prompt" ? prompt ?? form.text(name) : form.text(name)
            if let value { kept.append((name, value)) }
        }
        try self.init(kept + form.values("resource").map { ("resource", $0) }, begunAt)
    }

    private init(_ parameters: [(name: String, value: String)], _ begunAt: UnixTime) throws(OAuthError) {
        text = FormWriter.encoded(parameters)
        guard text.utf8.count <= Self.maximumLength else {
            throw OAuthError(
                .invalidRequest,
                "The parameters of the authorization request are longer than \(Self.maximumLength) bytes.")
        }
        do {
            form = try Form(parsing: text.utf8)
        } catch {
            throw OAuthError(.invalidRequest, error.message)
        }
        self.begunAt = begunAt
    }

    /// - Returns: `nil` if it cannot be sealed.
    func sealed(by tickets: TicketSeal) -> String? {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: begunAt.milliseconds)
        bytes.append(contentsOf: text.utf8)
        return tickets.seal(bytes)
    }

    /// Opens a ticket that this server has sealed less than its lifetime ago.
    init?(opening sealed: String, by tickets: TicketSeal, at now: UnixTime) {
        guard let bytes = tickets.open(sealed), bytes.count >= 8 else { return nil }
        let begunAt = UnixTime(milliseconds: bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) })
        // One from the future was sealed before the clock was set back, and would live too long.
        guard begunAt <= now + .seconds(60), now < begunAt + Self.lifetime,
            let form = try? Form(parsing: bytes.dropFirst(8))
        else { return nil }
        self.form = form
        self.begunAt = begunAt
        text = String(decoding: bytes.dropFirst(8), as: UTF8.self)
    }
}
