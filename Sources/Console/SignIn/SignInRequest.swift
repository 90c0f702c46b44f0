import Crypto

/// A sign-in to the console that has begun: what the browser must bring back, sealed in a cookie, so that the answer of a sign-in that
/// somebody else began is not accepted (*login CSRF*).
struct SignInRequest: Sendable, Equatable {
    /// The time that a person has to sign in.
    static let lifetime: Duration = .seconds(3600)
    /// The longest place that is kept, percent-encoded; from a longer one the person comes back to the first page. Sealed, the request has
    /// to fit the longest cookie that is read (`Cookies`).
    private static let maximumPathLength = 540
    private static let randomLength = 32

    let state: String
    let nonce: String
    /// RFC 7636 §4.1.
    let verifier: String
    /// Path and query of the page at which the person goes on.
    let path: String
    /// How old the sign-in may be.
    let maximumAge: Duration
    let begunAt: UnixTime

    init(returningTo path: String, home: String, maximumAge: Duration, at now: UnixTime) {
        state = Self.random()
        nonce = Self.random()
        verifier = Self.random()
        self.path = FormWriter.percentEncoded(path).utf8.count <= Self.maximumPathLength ? path : home
        self.maximumAge = maximumAge
        begunAt = now
    }

    /// RFC 7636 §4.2, the method S256.
    var challenge: String { Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8)))) }

    private static func random() -> String { Base64URL.encode(RandomBytes.make(randomLength)) }

    /// Compares in constant time.
    func hasState(_ sent: String?) -> Bool { Self.isEqual(state, sent) }

    /// Compares in constant time.
    func hasNonce(_ sent: String?) -> Bool { Self.isEqual(nonce, sent) }

    private static func isEqual(_ text: String, _ sent: String?) -> Bool {
        SHA256.hash(data: Array(text.utf8)) == SHA256.hash(data: Array((sent ?? "").utf8))
    }

    // MARK: Sealing

    func sealed(by seal: TicketSeal) -> String? {
        seal.seal(
            Array(
                FormWriter.encoded([
                    ("s", state), ("n", nonce), ("v", verifier), ("p", path), ("a", String(maximumAge.seconds)),
                    ("t", String(begunAt.milliseconds)),
                ]).utf8))
    }

    /// - Returns: `nil` unless this server sealed it less than its lifetime ago.
    init?(opening sealed: String, by seal: TicketSeal, at now: UnixTime) {
        guard let contents = seal.open(sealed), let form = try? Form(parsing: contents), let state = form.text("s"),
            let nonce = form.text("n"), let verifier = form.text("v"), let path = form.text("p"),
            let age = form.text("a").flatMap({ Int64($0) }), let begun = form.text("t").flatMap({ Int64($0) })
        else { return nil }
        begunAt = UnixTime(milliseconds: begun)
        guard begunAt <= now + .seconds(60), now < begunAt + Self.lifetime else { return nil }
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        self.path = path
        maximumAge = .seconds(age)
    }
}

extension Duration {
    fileprivate var seconds: Int64 { components.seconds }
}
