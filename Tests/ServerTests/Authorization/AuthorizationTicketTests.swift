import Store
import Testing

@testable import Server

@Suite("Tickets of authorization requests")
struct AuthorizationTicketTests {
    @Test("keep the parameters that count, in the bytes that were sent, and when the request began")
    func roundTrip() async throws {
        let bench = try await AuthorizationBench.shared()
        let form = try Form(
            parsing: "client_id=w%C3%A9b&state=a%20b%2Bc&resource=a&resource=b&extra=x&prompt=login&acr_values=1".utf8)
        let sealed = try #require(try AuthorizationTicket(form, begunAt: bench.clock.now).sealed(by: bench.tickets()))
        let ticket = try #require(AuthorizationTicket(opening: sealed, by: bench.tickets(), at: bench.clock.now))
        #expect(ticket.begunAt == bench.clock.now)
        #expect(ticket.form.text("client_id") == "wéb")
        #expect(ticket.form.text("state") == "a b+c")
        #expect(ticket.form.values("resource") == ["a", "b"])
        #expect(ticket.form.text("prompt") == "login")
        #expect(ticket.form.text("extra") == nil)
        #expect(ticket.answer == nil)
        let session = SessionRecord(
            digest: RandomBytes.make(32), user: bench.alice.id, authenticatedAt: bench.clock.now, methods: [],
            createdAt: bench.clock.now, expiresAt: bench.clock.now)
        let answer = AuthorizationTicket.Answer(session)
        let answered = try AuthorizationTicket(form, begunAt: bench.clock.now, answer: answer)
        let opened = AuthorizationTicket(
            opening: try #require(answered.sealed(by: bench.tickets())), by: bench.tickets(), at: bench.clock.now)
        #expect(opened?.answer == answer)
        #expect(opened?.form.text("prompt") == "login")
        // Two tickets of the same request differ, and neither shows what is in it.
        #expect(try AuthorizationTicket(form, begunAt: bench.clock.now).sealed(by: bench.tickets()) != sealed)
    }

    @Test("end after an hour")
    func expiry() async throws {
        let bench = try await AuthorizationBench()
        let browser = Browser()
        let page = try #require(await bench.authorize(in: browser).signIn)
        bench.clock.advance(by: AuthorizationTicket.lifetime - .milliseconds(1))
        let late = await browser.post(page.action, page.hidden + [HiddenField("user", "alice")], bench)
        #expect(late.signIn != nil)
        bench.clock.advance(by: .milliseconds(1))
        for path in [page.action, "/oauth2/authorize/consent"] {
            let shown = await browser.post(path, page.hidden + [HiddenField("user", "alice")], bench)
            #expect(shown.refusal?.cause == .browser)
            #expect((shown.status, shown.location) == (400, nil))
        }
    }

    @Test("of the future are not accepted: they would live too long")
    func future() async throws {
        let bench = try await AuthorizationBench.shared()
        let form = try Form(parsing: "client_id=web".utf8)
        let begunAt = bench.clock.now + .seconds(61)
        let sealed = try #require(try AuthorizationTicket(form, begunAt: begunAt).sealed(by: bench.tickets()))
        #expect(AuthorizationTicket(opening: sealed, by: bench.tickets(), at: bench.clock.now) == nil)
    }

    @Test("that were changed, invented or sealed elsewhere are not accepted")
    func forged() async throws {
        let bench = try await AuthorizationBench.shared()
        let form = try Form(parsing: FormWriter.encoded(AuthorizationBench.parameters()).utf8)
        let ticket = try AuthorizationTicket(form, begunAt: bench.clock.now)
        let sealed = try #require(ticket.sealed(by: bench.tickets()))
        let other = TicketSeal(
            .authorization, issuer: AuthorizationBench.issuer, keys: try await TokenBench().keys)
        var forged = [
            "", "x", String(repeating: "A", count: 200), sealed + "A", String(sealed.dropLast(4)),
            String(repeating: "A", count: 20_000),
            try #require(ticket.sealed(by: bench.tickets("https://other.example"))),
            try #require(ticket.sealed(by: other)),
        ]
        let bytes = try #require(Base64URL.decode(sealed))
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[index] ^= 1
            forged.append(Base64URL.encode(changed))
        }
        for text in forged {
            #expect(AuthorizationTicket(opening: text, by: bench.tickets(), at: bench.clock.now) == nil)
            // An empty parameter counts as not sent.
            guard !text.isEmpty else { continue }
            let shown = await Browser().get("/oauth2/authorize", "ticket=\(text)", bench)
            #expect(shown.refusal?.cause == .browser)
        }
        // The opaque token of a client is sealed with the same key, for another purpose.
        let token = OpaqueTokens(issuer: AuthorizationBench.issuer, keys: bench.keys.sealing)
        let bytesOfToken = try #require(token.seal(TokenBench.token()))
        let inner = String(decoding: bytesOfToken.dropFirst(OpaqueTokenFormat.prefix.count), as: UTF8.self)
        #expect(AuthorizationTicket(opening: inner, by: bench.tickets(), at: bench.clock.now) == nil)
    }

    @Test("do not carry more than fits into a URL")
    func length() async throws {
        let bench = try await AuthorizationBench.shared()
        let fields = AuthorizationBench.parameters([("claims", String(repeating: "%", count: 4000))])
        let shown = await Browser().post("/oauth2/authorize", fields.map { HiddenField($0.name, $0.value) }, bench)
        #expect(shown.refusal?.detail.contains("longer than 8192 bytes") == true)
    }
}
