import Fetching
import TestSupport
import Testing

@testable import AdminAPI
@testable import Administration

@Suite("The overview and the key set tester through the admin API")
struct OverviewEndpointTests {
    @Test(
        "The overview has its figures in equal steps, and what a client reads is what was sent",
        arguments: FigurePeriod.allCases)
    func overview(_ period: FigurePeriod) async throws {
        let bench = try await AdminBench()
        let answer = await bench.call(
            "GET", "/overview", query: "period=\(period.rawValue)", token: try await bench.token("auditor"))
        #expect(answer.status == 200)
        let report = try OverviewReport(answer: answer.object)
        #expect(report.period == period && report.points.count == period.points)
        #expect(report.json == answer.object)
        let health = try #require(report.live).health
        // The checks of this bench fail.
        #expect(!health.isComplete && health.storeProblem == nil && health.algorithm == .es256)
        #expect(report.at == bench.clock.now)
    }

    @Test("An unknown period or parameter is refused")
    func parameters() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token("auditor")
        #expect(await bench.call("GET", "/overview", token: token)["period"] == "hour")
        for query in ["period=week", "period=", "period=hour&period=day", "since=1"] {
            #expect(await bench.call("GET", "/overview", query: query, token: token).code == "invalid_request")
        }
        #expect(await bench.call("GET", "/overview", token: nil).status == 401)
    }

    @Test("A test of a key set needs admin.write, and of a person the group admin")
    func permission() async throws {
        let bench = try await AdminBench()
        let body = #"{"uri":"https://keys.example/jwks"}"#
        let reader = await bench.call("POST", "/key-sets/test", token: try await bench.token("auditor"), body)
        #expect(reader.code == "insufficient_scope")
        try await bench.add("app", scopes: ["admin.read", "admin.write"], grants: [.authorizationCode]) {
            $0.signIn.redirectURIs = ["https://app.example/cb"]
        }
        let viewer = try await bench.person("vic", groups: ["viewer"])
        let token = try await bench.token(of: viewer, client: "app", scopes: ["admin.write"])
        #expect(await bench.call("POST", "/key-sets/test", token: token, body).code == "not_permitted")
    }

    @Test("A test says what happened, also for a client, and what a program reads is what was sent")
    func test() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        try await bench.add("agent", scopes: []) { $0.keySetURL = "https://agent.example/jwks" }
        for (body, url) in [
            (#"{"uri":"https://keys.example/jwks"}"#, "https://keys.example/jwks"),
            (#"{"client_id":"agent"}"#, "https://agent.example/jwks"),
            (#"{"client_id":"agent","uri":"https://10.0.0.1/jwks"}"#, "https://10.0.0.1/jwks"),
        ] {
            let answer = await bench.call("POST", "/key-sets/test", token: token, body)
            #expect(answer.status == 200 && answer["url"] == url && answer.object["usable"] == .boolean(false))
            #expect(try KeySetTestReport(answer: answer.object).problem != nil)
        }
        for (body, status) in [
            ("{}", 422), (#"{"uri":null}"#, 422), (#"{"client_id":"auditor"}"#, 422), (#"{"client_id":"nobody"}"#, 404),
            (#"{"uri":7}"#, 422), (#"{"url":"https://keys.example/"}"#, 422),
        ] {
            #expect(await bench.call("POST", "/key-sets/test", token: token, body).status == status, "\(body)")
        }
    }

    @Test("A client has six tests in a minute, and then 429 with the time of the next one")
    func limits() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        func test(_ token: String) async -> Answer {
            await bench.call("POST", "/key-sets/test", token: token, #"{"uri":"https://keys.example/jwks"}"#)
        }
        for _ in 0..<6 { #expect(await test(token).status == 200) }
        bench.clock.advance(by: .milliseconds(500))
        let refused = await test(token)
        #expect(refused.status == 429 && refused.code == "too_many_tests")
        #expect(refused.response.headers["Retry-After"] == "60")
        try await bench.add("other", scopes: ["admin.write"])
        #expect(await test(try await bench.token("other")).status == 200)
        bench.clock.advance(by: .seconds(60))
        #expect(await test(token).status == 200)
    }

    @Test("A test of a usable key set is read as it was sent")
    func usable() throws {
        let key = try SigningKey.generate(.es256)
        let jwk = JWK(key: key.verificationKey, keyID: "k1").object
        let body = Array("{\"keys\":[\(jwk.render()),{\"kty\":\"oct\",\"k\":\"AA\"}]}".utf8)
        let document = KeySetTest.Document(body, lifetime: .seconds(600), at: TestClock.start)
        let test = KeySetTest(
            url: "https://keys.example/jwks", at: TestClock.start, duration: .milliseconds(12), hops: [],
            outcome: .received(document))
        let report = try KeySetTestReport(answer: test.json)
        #expect(report.isUsable && report.problem == nil)
        let read = try #require(report.document)
        #expect(read.keys.map(\.keyID) == ["k1"] && read.keys[0].text == key.verificationKey.summary)
        #expect(read.refused.count == 1 && read.size == body.count && read.lifetime == document.lifetime)
    }
}
