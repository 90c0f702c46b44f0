import Testing

@testable import Server

@Suite("OpenID Connect Core §3.1.2.1, §5.5.1: the person whom the client expects")
struct ExpectedSubjectTests {
    /// Returns an ID token as the token endpoint issues it.
    private func token(_ bench: AuthorizationBench, _ user: UserID, client id: String = "web") async throws -> String {
        let client = try #require(try await bench.store.clients.registration(of: ClientID(id))).client
        let grant = AuthorizationGrantRecord(
            user: user, client: client.id, scopes: ["openid"], session: "s", authenticatedAt: bench.clock.now,
            createdAt: bench.clock.now)
        let bytes = try IDTokens(issuer: AuthorizationBench.issuer, keys: bench.keys).issue(
            to: client, grant, accessToken: Array("x".utf8), nonce: nil, claims: [:], at: bench.clock.now)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("The person of the hint is not asked, even when the token has expired")
    func samePerson() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        let hint = try await token(bench, bench.alice.id)
        bench.clock.advance(by: .seconds(3700))
        #expect(
            await bench.authorize([("prompt", "none"), ("id_token_hint", hint)], in: browser).parameters["code"] != nil)
    }

    @Test("Somebody else has to sign in, and gets login_required if it is still not the person of the hint")
    func otherPerson() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn("bob")
        let hint = try await token(bench, bench.alice.id)
        bench.clock.advance(by: .seconds(10))
        let silent = await bench.authorize([("prompt", "none"), ("id_token_hint", hint)], in: browser)
        #expect(silent.parameters["error"] == "login_required")
        let shown = await bench.authorize([("id_token_hint", hint)], in: browser)
        #expect(shown.signIn?.signedInAs == "bob")
        bench.clock.advance(by: .seconds(10))
        let wrong = try await bench.complete(shown, as: "bob", in: browser)
        #expect(wrong.parameters["error"] == "login_required")
        let right = try await bench.complete(
            await bench.authorize([("id_token_hint", hint)], in: browser), as: "alice", in: browser)
        #expect(right.parameters["code"] != nil)
    }

    @Test("An ID token of another client is refused, because it would tell whether its person is signed in")
    func otherClient() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        let hint = try await token(bench, bench.alice.id, client: "app")
        let shown = await bench.authorize([("id_token_hint", hint), ("prompt", "none")], in: browser)
        #expect(shown.parameters["error"] == "invalid_request")
    }

    @Test("With pairwise subjects the hint is compared with the client's own identifier of the person")
    func pairwise() async throws {
        let bench = try await AuthorizationBench { $0.signIn.subjectType = .pairwise }
        let browser = try await bench.signedIn()
        let hint = try await token(bench, bench.alice.id)
        #expect(
            await bench.authorize([("prompt", "none"), ("id_token_hint", hint)], in: browser).parameters["code"] != nil)
    }

    @Test("§5.5.1: a demanded `sub` is the person, and nobody else", arguments: ["value", "values"])
    func demanded(_ member: String) async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn("bob")
        func claims(_ subject: String) -> (String, String?) {
            (
                "claims",
                #"{"id_token":{"sub":{"\#(member)":\#(member == "value" ? "\"\(subject)\"" : "[\"\(subject)\"]")}}}"#
            )
        }
        let alice = claims(bench.alice.id.text)
        let bob = try #require(try await bench.store.users.user(named: "bob"))
        #expect(
            await bench.authorize([("prompt", "none"), claims(bob.id.text)], in: browser).parameters["code"] != nil)
        let silent = await bench.authorize([("prompt", "none"), alice], in: browser)
        #expect(silent.parameters["error"] == "login_required")
        #expect(await bench.authorize([("prompt", "none"), claims("nobody")], in: browser).parameters["code"] == nil)
        let wrong = try await bench.complete(await bench.authorize([alice], in: browser), as: "bob", in: browser)
        #expect(wrong.parameters["error"] == "login_required")
        let right = try await bench.complete(await bench.authorize([alice], in: browser), in: browser)
        #expect(try await bench.stored(try #require(right.parameters["code"])).grant.user == bench.alice.id)
    }

    @Test(
        "A hint and a demanded `sub` that contradict each other give login_required, because no sign-in satisfies both")
    func contradiction() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        let hint = ("id_token_hint", try await token(bench, bench.alice.id))
        func claims(_ subject: String) -> (String, String?) {
            ("claims", #"{"id_token":{"sub":{"value":"\#(subject)"}}}"#)
        }
        #expect(await bench.authorize([hint, claims(bench.alice.id.text)], in: browser).parameters["code"] != nil)
        let shown = await bench.authorize([hint, claims("nobody")], in: browser)
        #expect(shown.parameters["error"] == "login_required")
    }

    @Test("Without consent, prompt=none does not tell a client whether the person whom it names is signed in")
    func withoutConsent() async throws {
        let bench = try await AuthorizationBench()
        let browser = try await bench.signedIn()
        let bob = try #require(try await bench.store.users.user(named: "bob")).id
        func ask(_ parameter: (String, String?)) async -> [String: String] {
            await bench.authorize([("prompt", "none"), ("scope", "openid write"), parameter], in: browser).parameters
        }
        func claims(_ subject: UserID) -> (String, String?) {
            ("claims", #"{"id_token":{"sub":{"values":["\#(subject.text)"]}}}"#)
        }
        let right = await ask(claims(bench.alice.id))
        #expect(right["error"] == "login_required")
        #expect(await ask(claims(bob)) == right)
        #expect(await ask(("id_token_hint", try token(bench, bench.alice.id))) == right)
        #expect(await ask(("id_token_hint", try token(bench, bob))) == right)
        // A client that names nobody may ask for consent next.
        #expect(await ask(("nonce", "n"))["error"] == "consent_required")
    }
}
