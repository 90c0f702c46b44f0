import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("The delivery of logout notices", .timeLimit(.minutes(5)))
struct LogoutSenderTests {
    private static let app = LogoutBench.url("app")

    @Test("Each client of a session gets one form with a token for it, and 200 or 204 ends the attempts")
    func delivered() async throws {
        let bench = try await LogoutBench()
        bench.poster.answer(LogoutBench.url("other"), .answered(status: 204))
        try await bench.end(at: "app", "other", "app")
        let sender = try bench.sender()
        await sender.sendDue()
        #expect(bench.poster.posts.map(\.url).sorted() == [Self.app, LogoutBench.url("other")])
        for post in bench.poster.posts {
            let claims = try #require(bench.bench.signed(post.token, as: .logoutToken))
            #expect(claims.string("aud").map { LogoutBench.url($0.text) } == post.url)
        }
        #expect(try await bench.waiting() == 0)
        bench.clock.advance(by: .seconds(86_400))
        await sender.sendDue()
        #expect(bench.poster.posts.count == 2)
        #expect(bench.log.lines == [])
    }

    @Test("400 ends the attempts, and is logged")
    func refused() async throws {
        let bench = try await LogoutBench()
        bench.poster.answer(Self.app, .answered(status: 400))
        try await bench.end(at: "app")
        await (try bench.sender()).sendDue()
        #expect(try await bench.waiting() == 0)
        #expect(bench.log.lines.map(\.severity) == [.warning])
        #expect(bench.log.texts[0].hasPrefix("client 'app' refused a logout token with 400"))
    }

    @Test(
        "Everything else is tried again with growing delays for a day, each time with a new token, and then given up",
        arguments: [
            PostResult.answered(status: 503), .answered(status: 201), .answered(status: 302), .answered(status: 401),
            .failed(reason: "no connection"),
        ])
    func retried(_ result: PostResult) async throws {
        let bench = try await LogoutBench()
        bench.poster.answer(Self.app, result)
        try await bench.end(at: "app")
        let sender = try bench.sender()
        var count = 0
        for delay in [0, 5, 30, 120, 600, 3600, 3 * 3600, 6 * 3600, 6 * 3600, 6 * 3600] {
            if delay > 0 {
                bench.clock.advance(by: .seconds(delay) - .milliseconds(1))
                await sender.sendDue()
                #expect(bench.poster.posts.count == count)
                bench.clock.advance(by: .milliseconds(1))
            }
            #expect(try await bench.waiting() == 1)
            await sender.sendDue()
            count += 1
            #expect(bench.poster.posts.count == count)
            let claims = bench.bench.signed(bench.poster.posts.last?.token ?? [], as: .logoutToken)
            #expect(claims?["iat"] == .number(bench.clock.now.seconds))
        }
        #expect(try await bench.waiting() == 0)
        let words = bench.log.texts.map { $0.prefix { $0 != "," } }
        #expect(words == ["client 'app' was not notified of a logout", "client 'app' missed 1 logouts"])
        #expect(Set(bench.poster.posts.map(\.form)).count == count)
    }

    @Test("After the client has recovered, its notices arrive, and the log says so once")
    func recovered() async throws {
        let bench = try await LogoutBench()
        bench.poster.answer(Self.app, .answered(status: 503))
        try await bench.end(10, at: "app")
        let sender = try bench.sender()
        await sender.sendDue()
        // The first batch failed, so that the others are not tried.
        #expect(bench.poster.posts.count == LogoutSender.batch)
        bench.poster.answer(Self.app, .answered(status: 200))
        bench.clock.advance(by: .seconds(5))
        await sender.sendDue()
        #expect(try await bench.waiting() == 0)
        #expect(bench.poster.posts.count == 10 + LogoutSender.batch)
        #expect(bench.log.texts.last == "client 'app' accepts logout notices again")
        #expect(bench.log.lines.count == 2)
    }

    @Test("A client that does not answer holds up no other, and has few requests at once")
    func slow() async throws {
        let bench = try await LogoutBench()
        bench.poster.hold(Self.app)
        try await bench.end(10, at: "app", "other")
        let sender = try bench.sender()
        let sending = Task { await sender.sendDue() }
        while try await bench.waiting() > 10 { await Task.yield() }
        while bench.poster.posts(to: Self.app).isEmpty { await Task.yield() }
        #expect(bench.poster.posts(to: LogoutBench.url("other")).count == 10)
        #expect(bench.poster.posts(to: Self.app).count <= LogoutSender.batch)
        bench.poster.letGo(Self.app)
        await sending.value
        #expect(try await bench.waiting() == 0)
        #expect(bench.poster.posts(to: Self.app).count == 10)
    }

    @Test("Of two servers one sends a notice; if it stops meanwhile, the other one does after the lease")
    func lease() async throws {
        let bench = try await LogoutBench()
        bench.poster.hold(Self.app)
        try await bench.end(at: "app")
        let (first, second) = (try bench.sender(), try bench.sender())
        let sending = Task { await first.sendDue() }
        while bench.poster.posts.isEmpty { await Task.yield() }
        bench.clock.advance(by: .seconds(29))
        await second.sendDue()
        #expect(bench.poster.posts.count == 1)
        bench.clock.advance(by: .seconds(1))
        let other = Task { await second.sendDue() }
        while bench.poster.posts.count < 2 { await Task.yield() }
        bench.poster.letGo(Self.app)
        await sending.value
        await other.value
        #expect(try await bench.waiting() == 0)
    }

    @Test("A server that stops during an attempt leaves the notice to the next one")
    func stopped() async throws {
        let bench = try await LogoutBench()
        bench.poster.hold(Self.app)
        bench.poster.answer(Self.app, .failed(reason: "cancelled"))
        try await bench.end(at: "app")
        let sender = try bench.sender()
        let running = Task { await sender.run() }
        while bench.poster.posts.isEmpty { await Task.yield() }
        running.cancel()
        bench.poster.letGo(Self.app)
        await running.value
        #expect(bench.log.lines == [])
        bench.poster.answer(Self.app, .answered(status: 200))
        bench.clock.advance(by: .seconds(30))
        await (try bench.sender()).sendDue()
        #expect(bench.poster.posts.count == 2)
        #expect(try await bench.waiting() == 0)
    }

    @Test("A client that was removed or gave up its URI gets nothing; a new URI counts at once")
    func changed() async throws {
        let bench = try await LogoutBench()
        try await bench.end(at: "app", "other", "browser")
        func change(_ id: String, _ url: String?) async throws {
            var client = try #require(try await bench.store.clients.registration(of: ClientID(ExactString(id)))).client
            client.signIn.backChannelLogoutURI = url
            try await bench.store.clients.replace(client)
        }
        try await change("app", nil)
        try await change("browser", "https://new.example/logout")
        try await bench.store.clients.remove(ClientID("other"))
        await (try bench.sender()).sendDue()
        #expect(bench.poster.posts.map(\.url) == ["https://new.example/logout"])
        #expect(try await bench.waiting() == 0)
    }

    @Test("A client that the operator has disabled gets nothing, whether before the session ended or after")
    func disabled() async throws {
        let bench = try await LogoutBench()
        try await bench.store.clients.setEnabled(false, ClientID("other"), at: bench.clock.now)
        try await bench.end(at: "app", "other")
        try await bench.store.clients.setEnabled(false, ClientID("app"), at: bench.clock.now)
        await (try bench.sender()).sendDue()
        #expect(bench.poster.posts.isEmpty)
        #expect(try await bench.waiting() == 0)
    }

    @Test("Notices that are given up take the client's others of their age with them")
    func abandoned() async throws {
        let bench = try await LogoutBench()
        bench.poster.answer(Self.app, .answered(status: 500))
        try await bench.end(10, at: "app")
        bench.clock.advance(by: .seconds(80_000))
        try await bench.end(2, at: "app")
        bench.clock.advance(by: .seconds(6_400))
        await (try bench.sender()).sendDue()
        #expect(try await bench.waiting() == 2)
        #expect(bench.log.texts.contains { $0.hasPrefix("client 'app' missed 10 logouts") })
    }
}
