import TestSupport
import Testing

@testable import AdminAPI
@testable import Administration

@Suite("POST /assertions/inspect", .timeLimit(.minutes(5)))
struct AssertionInspectionTests {
    private static let path = "/assertions/inspect"

    private func assertion(
        _ bench: AdminBench, of client: ClientID = "auditor", audience: String = AdminBench.issuer
    ) throws -> String {
        try AssertionTemplate(clientID: client, audience: audience, keyID: "k1")
            .sign(with: bench.key, at: bench.clock.now)
    }

    @Test("judges as the token endpoint would, uses nothing up, and does not repeat the assertion")
    func verdicts() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token("operator")
        let good = try assertion(bench)
        func inspect(_ assertion: String, _ more: JSONObject = [:]) async throws -> Answer {
            var body: JSONObject = ["client_assertion": .string(assertion)]
            for member in more.members { body.set(member.name.text, member.value) }
            let answer = await bench.call("POST", Self.path, token: token, body.render())
            let text = String(decoding: answer.response.body, as: UTF8.self)
            #expect(assertion.split(separator: ".").allSatisfy { $0.count < 10 || !text.contains($0) })
            return answer
        }
        for _ in 0..<2 {
            let answer = try await inspect(good)
            #expect(answer.status == 200 && answer["verdict"] == "accepted")
            #expect(answer["client_id"] == "auditor" && answer.object["code"] == .null)
        }
        let endpoint = try assertion(bench, audience: AdminBench.issuer + "/oauth2/token")
        #expect(try await inspect(endpoint)["verdict"] == "accepted")
        let strict = try await inspect(endpoint, ["audience_profile": "strict"])
        #expect(strict["verdict"] == "refused" && strict["code"] == "wrong_audience")
        let late = try await inspect(good, ["at": "2030-01-01T00:00:00Z", "require_explicit_typing": .boolean(true)])
        #expect(late["code"] == "expired")
        #expect(try await inspect(good, ["registered_key": "k1"])["verdict"] == "accepted")
        #expect(try await inspect(good, ["registered_key": "k2"])["code"] == "no_matching_key")
        #expect(try await inspect("x")["code"] == "malformed")
        #expect(try await bench.store.replay.facts().claims == 1, "that of the token")
    }

    /// Sends an assertion to the token endpoint, which refuses it.
    ///
    /// - Returns: the reference of the refusal.
    private func refuse(_ bench: AdminBench, _ assertion: String) async throws -> String {
        let answer = await bench.requestToken(with: assertion)
        await bench.store.audit.flush()
        return String(
            try #require(answer.object.render().firstMatch(of: /[Rr]eference ([A-Z2-7]{8})/), "\(answer.object)").1)
    }

    @Test("judges a refusal again, as if things were different, and never accepts it: its signature is not kept")
    func references() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token("operator")
        try await bench.add("strict", scopes: []) { $0.options.audienceProfile = .strict }
        let endpoint = AdminBench.issuer + "/oauth2/token"
        let wrong = try assertion(bench, of: "strict", audience: endpoint)
        let reference = try await refuse(bench, wrong)
        let claims = try await bench.store.replay.facts().claims
        func inspect(_ reference: String, _ more: JSONObject = [:]) async throws -> Answer {
            var body = more
            body.set("reference", .string(reference))
            let answer = await bench.call("POST", Self.path, token: token, body.render())
            let text = String(decoding: answer.response.body, as: UTF8.self)
            #expect(wrong.split(separator: ".").allSatisfy { !text.contains($0) })
            return answer
        }
        let again = try await inspect(reference.lowercased())
        #expect(again.status == 200 && again["verdict"] == "refused" && again["code"] == "wrong_audience")
        #expect(again["client_id"] == "strict")
        let report = try InspectionReport(answer: again.object)
        #expect(report.json == again.object)
        let refusal = try #require(report.refusal)
        #expect(refusal.reference == reference && refusal.at == bench.clock.now)
        #expect(refusal.assertion["aud"] == .string(endpoint))
        // Later, it is still judged as of its arrival, unless another time is asked for.
        bench.clock.advance(by: .seconds(900))
        #expect(try await inspect(reference)["code"] == "wrong_audience")
        let compatible = try await inspect(reference, ["audience_profile": "compatible"])
        #expect(compatible["verdict"] == "undecided" && compatible.object["code"] == .null)
        #expect(compatible["message"] == InspectionReport.signatureIsUnknown)
        let late = try await inspect(
            reference, ["audience_profile": "compatible", "at": .string(bench.clock.now.text)])
        #expect(late["verdict"] == "refused" && late["code"] == "expired")
        let other = try await inspect(reference, ["registered_key": "k2", "audience_profile": "compatible"])
        #expect(other["code"] == "no_matching_key")
        #expect(try await bench.store.replay.facts().claims == claims, "no jti was claimed")

        let broken = try await inspect(try await refuse(bench, "e30.e30.AAAA"))
        #expect(broken.status == 409 && broken.code == "nothing_to_judge")
        let missing = try await inspect("ZZZZZZZZ")
        #expect(missing.status == 404 && missing.code == "no_refusal")
        for body in [
            #"{"reference":"\#(reference)","client_assertion":"x"}"#, #"{"reference":""}"#, #"{"reference":null}"#,
            #"{"reference":"\#(String(repeating: "A", count: 65))"}"#,
        ] {
            #expect(await bench.call("POST", Self.path, token: token, body).status == 422, "\(body)")
        }
        // With the limits of assertions.
        try await bench.inspections.run(for: .client("operator"), at: bench.clock.now) { _ in
            let refused = try await inspect(reference)
            #expect(refused.status == 429 && refused.response.headers["Retry-After"] == "1")
        }
    }

    @Test("is limited with the console: beyond that 429 with Retry-After, and the verdict stays the same")
    func limits() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token("operator")
        let body = (["client_assertion": .string(try assertion(bench))] as JSONObject).render()
        func expectRefused(_ token: String, _ words: String) async {
            let answer = await bench.call("POST", Self.path, token: token, body)
            #expect(answer.status == 429 && answer.code == "too_many_inspections")
            #expect(answer["detail"]?.contains(words) == true && answer.response.headers["Retry-After"] == "1")
        }
        try await bench.inspections.run(for: .client("operator"), at: bench.clock.now) { _ in
            await expectRefused(token, "Another inspection of yours")
        }
        // A person who acts through a client has the limits that they have in the console.
        try await bench.add("app", scopes: ["admin.read", "admin.write"], grants: [.authorizationCode]) {
            $0.signIn.redirectURIs = ["https://app.example/cb"]
        }
        let ada = try await bench.person("ada", groups: ["admin"])
        let own = try await bench.token(of: ada, client: "app", scopes: ["admin.write"])
        try await bench.inspections.run(for: .person(ada.id), at: bench.clock.now) { _ in
            await expectRefused(own, "Another inspection of yours")
            #expect(await bench.call("POST", Self.path, token: token, body)["verdict"] == "accepted")
            try await bench.inspections.run(for: .client("other"), at: bench.clock.now) { _ in
                await expectRefused(token, "Inspections of others")
            }
        }
        // One was made above, and the one that this test has held counts, too.
        for _ in 2..<AssertionInspections.share {
            #expect(await bench.call("POST", Self.path, token: token, body)["verdict"] == "accepted")
        }
        await expectRefused(token, "30 inspections in a short time")
        bench.clock.advance(by: .seconds(AssertionInspections.pause))
        #expect(await bench.call("POST", Self.path, token: token, body).status == 200)
        await expectRefused(token, "30 inspections in a short time")
    }

    @Test("needs admin.write for an assertion, which is a credential, and no more than admin.read for a reference")
    func scopes() async throws {
        let bench = try await AdminBench()
        try await bench.add("app", scopes: ["admin.read", "admin.write"], grants: [.authorizationCode]) {
            $0.signIn.redirectURIs = ["https://app.example/cb"]
        }
        let viewer = try await bench.person("vic", groups: ["viewer"])
        let (reader, writer) = (try await bench.token("auditor"), try await bench.token("operator"))
        let person = try await bench.token(of: viewer, client: "app", scopes: ["admin.read", "admin.write"])
        let reference = try await refuse(bench, try assertion(bench, audience: "https://other.example"))
        let live = try assertion(bench)
        let bodies: [(body: String, reader: Int, writer: Int)] = [
            (#"{"reference":"\#(reference)"}"#, 200, 200),
            (#"{"reference":"\#(reference)","audience_profile":"legacy"}"#, 200, 200),
            (#"{"reference":"ZZZZZZZZ"}"#, 404, 404), (#"{"reference":""}"#, 422, 422),
            (#"{"client_assertion":"\#(live)"}"#, 403, 200), (#"{"client_assertion":7}"#, 403, 422),
            (#"{"client_assertion":"\#(live)","reference":null}"#, 403, 422),
            (#"{"client_assertion":"\#(live)","reference":"\#(reference)"}"#, 422, 422), ("{}", 403, 422),
        ]
        for (body, read, write) in bodies {
            for (token, status) in [(reader, read), (person, read), (writer, write)] {
                let answer = await bench.call("POST", Self.path, token: token, body)
                #expect(answer.status == status, "\(body) \(answer.object)")
                guard status == 403 else { continue }
                let isOfPerson = token == person
                #expect(answer.code == (isOfPerson ? "not_permitted" : "insufficient_scope"))
                #expect(answer["detail"]?.contains(isOfPerson ? "the group admin," : "the scope admin.write,") == true)
                #expect(answer["detail"]?.contains("is a credential. The reference of a refusal needs no more") == true)
                #expect(answer.response.headers["WWW-Authenticate"]?.contains("scope=\"admin.write\"") == true)
            }
        }
        // What a caller without a token sends makes no difference.
        for token in [nil, "x", reader + "x"] {
            var answers: [Answer] = []
            for body in bodies { answers.append(await bench.call("POST", Self.path, token: token, body.body)) }
            #expect(Set(answers.map(\.status)) == [401] && Set(answers.map(\.response.body)).count == 1)
            #expect(Set(answers.map { $0.response.headers["WWW-Authenticate"] }).count == 1)
        }
    }

    @Test("refuses what it does not know")
    func refused() async throws {
        let bench = try await AdminBench()
        let body: JSONObject = ["client_assertion": .string(try assertion(bench))]
        let writer = try await bench.token("operator")
        #expect(await bench.call("GET", Self.path, token: writer).status == 405)
        let faults: [(String, JSONValue)] = [
            ("audience", "strict"), ("audience_profile", "lax"), ("at", "yesterday"), ("keys", .object([:])),
            ("registered_key", ""), ("require_explicit_typing", "yes"),
        ]
        for (name, value) in faults {
            var other = body
            other.set(name, value)
            #expect(await bench.call("POST", Self.path, token: writer, other.render()).status == 422, "\(name)")
        }
        #expect(await bench.call("POST", Self.path, token: writer, "{}").status == 422)
    }
}
