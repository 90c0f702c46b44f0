import CountersignKeyFiles
import Store
import TestSupport
import Testing

@testable import Administration

@Suite("Clients in the admin API")
struct ClientEndpointTests {
    @Test("A client is added with its key, read, changed and removed")
    func life() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let jwk = JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: "new")
        let added = await bench.call(
            "POST", "/clients", token: token,
            "{\"client_id\":\"https://a.example/x\",\"scope\":\"a b\",\"jwks\":{\"keys\":[\(jwk.object.render())]}}")
        #expect(added.status == 201)
        #expect(
            added.response.headers["Location"] == AdminBench.resource + "/clients/https%3A%2F%2Fa.example%2Fx")
        #expect(added.object["grant_types"] == ["client_credentials"])
        let path = "/clients/https%3A%2F%2Fa.example%2Fx"
        let read = await bench.call("GET", path, token: token)
        #expect(read.tag == added.tag && read.tag != nil && read.object == added.object)
        bench.clock.advance(by: .seconds(5))
        let changed = await bench.call(
            "PATCH", path, token: token, tag: read.tag, #"{"enabled":false,"description":"Off","scope":"a"}"#,
            type: "application/merge-patch+json")
        #expect(changed.status == 200 && changed.tag != read.tag && changed["scope"] == "a")
        #expect(changed.object["enabled"] == .boolean(false))
        let kept = await bench.call("GET", path + "/keys", token: token)
        #expect(kept.objects("keys").map { $0.string("kid") } == ["new"])
        #expect(await bench.call("DELETE", path, token: token, tag: read.tag).status == 412)
        #expect(await bench.call("DELETE", path, token: token, tag: changed.tag).status == 204)
        #expect(await bench.call("DELETE", path, token: token, tag: "*").code == "no_client")
    }

    @Test("Clients are found by text, state, method and how they registered, in pages")
    func filters() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        for number in 0..<5 {
            try await bench.add("find\(number)", scopes: ["x"]) {
                $0.isEnabled = number != 3
                $0.authenticationMethod = number == 4 ? .none : .privateKeyJWT
            }
        }
        func ids(_ query: String) async -> [String?] {
            await bench.call("GET", "/clients", query: query, token: token).objects("items").map {
                $0.string("client_id")?.text
            }
        }
        #expect(await ids("search=FIND") == ["find0", "find1", "find2", "find3", "find4"])
        #expect(await ids("search=find&enabled=false") == ["find3"])
        #expect(await ids("search=find&token_endpoint_auth_method=none") == ["find4"])
        #expect(await ids("registered_by=open") == [])
        let first = await bench.call(
            "GET", "/clients", query: "search=find&enabled=true&limit=3", token: token)
        #expect(first.objects("items").count == 3)
        let next = try #require(first["next"]?.split(separator: "?").last.map(String.init))
        let second = await bench.call("GET", "/clients", query: next, token: token)
        #expect(second.objects("items").map { $0.string("client_id") } == ["find4"])
        #expect(second.object["next"] == .null)
        for wrong in ["enabled=yes", "token_endpoint_auth_method=x", "registered_by=x"] {
            #expect(await bench.call("GET", "/clients", query: wrong, token: token).status == 400)
        }
    }

    @Test("The uses of the keys of a client and the fetches of its set are read back as they were recorded")
    func keyUses() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let url = "https://keys.example/jwks"
        try await bench.add("agent", scopes: ["x"]) { $0.keySetURL = url }
        let uses = [KeyUse(client: "agent", thumbprint: "a", at: bench.clock.now, count: 7)]
        try await bench.store.keyUses.record(uses)
        let outcomes: [KeySetFetch.Outcome] = [
            .received(keys: 2, refused: 1, isChanged: true), .notModified, .failed(problem: "it said \u{1B}[2J"),
        ]
        for (second, outcome) in outcomes.enumerated() {
            try await bench.store.keySets.save(
                RemoteKeySetRecord(url: url, attemptedAt: bench.clock.now, nextAttemptAt: bench.clock.now),
                KeySetFetch(
                    at: bench.clock.now + .seconds(second), duration: .milliseconds(3), outcome: outcome))
        }
        let answer = await bench.call("GET", "/clients/agent/key-uses", token: token)
        #expect(answer.status == 200)
        let document = try KeyUsesDocument(answer: answer.object)
        #expect(document.hours == [HourlyKeyUses(thumbprint: "a", hour: bench.clock.now.startOfHour, count: 7)])
        #expect(document.fetches.map(\.outcome) == outcomes.reversed())
        #expect(document.json == answer.object)
        #expect(await bench.call("GET", "/clients/nobody/key-uses", token: token).code == "no_client")
        #expect(await bench.call("GET", "/clients/agent/key-uses", query: "x=y", token: token).status == 400)
    }

    @Test("What is shown can be sent back, and changes nothing")
    func idempotent() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        try await bench.add("odd", scopes: ["x"]) {
            $0.name = "bell \u{7} and \u{1B}[2J"
            $0.accessTokenLifetime = .milliseconds(1500)
            $0.grants = []
        }
        bench.clock.advance(by: .seconds(60))
        for id in ["operator", "odd"] {
            let read = await bench.call("GET", "/clients/\(id)", token: token)
            let put = await bench.call("PUT", "/clients/\(id)", token: token, tag: read.tag, read.object.render())
            #expect(put.status == 200 && put.object == read.object && put.tag == read.tag, "\(put.object.render())")
        }
    }

    @Test("RFC 9110 §13.1.1: of two editors with the same version one wins")
    func twoEditors() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        for round in 0..<20 {
            let tag = try #require(await bench.call("GET", "/clients/auditor", token: token).tag)
            async let first = bench.call(
                "PATCH", "/clients/auditor", token: token, tag: tag, "{\"description\":\"first \(round)\"}")
            async let second = bench.call(
                "PATCH", "/clients/auditor", token: token, tag: tag, "{\"description\":\"second \(round)\"}")
            let answers = await [first, second]
            #expect(answers.map(\.status).sorted() == [200, 412])
            let (won, lost) = answers[0].status == 200 ? (answers[0], answers[1]) : (answers[1], answers[0])
            #expect(lost.code == "precondition_failed" && lost.tag == won.tag && lost["etag"] == won.tag)
            #expect(await bench.call("GET", "/clients/auditor", token: token)["description"] == won["description"])
        }
    }

    @Test("RFC 6585 §3: a change names its version")
    func required() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        for (method, path, body) in [
            ("PUT", "/clients/auditor", "{}"), ("PATCH", "/clients/auditor", "{}"), ("DELETE", "/clients/auditor", nil),
            ("PATCH", "/clients/auditor/keys/k1", #"{"status":"revoked"}"#),
            ("DELETE", "/clients/auditor/keys/k1", nil),
            ("DELETE", "/clients/auditor/secrets/x", nil),
        ] {
            let answer = await bench.call(method, path, token: token, body)
            #expect(answer.status == 428 && answer.code == "precondition_required", "\(method) \(path)")
        }
    }

    @Test("Every wrong member is named, and nothing changes")
    func wrongMembers() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let answer = await bench.call(
            "PATCH", "/clients/operator", token: token, tag: "*",
            """
            {"client_id":"other","enabled":"yes","grant_types":["implicit"],"scope":"a\\"b","redirect_uris":[1],
             "access_token_lifetime":-1,"jwks_uri":"http://169.254.169.254/","jwks":{"keys":[]},"naem":"x","contacts":[""],
             "client_name":"a\\u0000b","audience_profile":"lax"}
            """)
        #expect(answer.status == 422 && answer.code == "invalid_body")
        #expect(
            Set(answer.pointers) == [
                "/client_id", "/enabled", "/grant_types", "/scope", "/redirect_uris", "/access_token_lifetime",
                "/jwks_uri", "/jwks", "/naem", "/contacts", "/client_name", "/audience_profile",
            ])
        let replaced = await bench.call("PUT", "/clients/operator", token: token, tag: "*", "{}")
        #expect(replaced.pointers == ["/enabled", "/grant_types", "/token_endpoint_auth_method"])
        let redirect = await bench.call(
            "PATCH", "/clients/operator", token: token, tag: "*", #"{"grant_types":["authorization_code"]}"#)
        #expect(redirect.pointers == ["/redirect_uris"])
        let client = try #require(try await bench.store.clients.registration(of: "operator")).client
        #expect(client.updatedAt == TestClock.start && client.scopes.count == 3)
    }

    @Test("A client has 64 addresses for after signing out at most; one that had more before keeps them")
    func tooManyAddresses() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        @Sendable func uris(_ count: Int) -> [String] { (0..<count).map { "https://app.example/\($0)" } }
        func change(_ body: String) async -> Answer {
            await bench.call("PATCH", "/clients/operator", token: token, tag: "*", body)
        }
        func addresses() async throws -> Int? {
            try await bench.store.clients.registration(of: "operator")?.client.signIn.postLogoutRedirectURIs.count
        }
        _ = try await bench.store.clients.change("operator") { before throws(Never) in
            var client = before.client
            client.signIn.postLogoutRedirectURIs = uris(70)
            return (client, before.keys)
        }
        #expect(await change(#"{"client_name":"Renamed"}"#).status == 200)
        #expect(try await addresses() == 70)
        let refused = await change(#"{"post_logout_redirect_uris":\#(JSONValue.array(uris(65)).render())}"#)
        #expect(refused.status == 422 && refused.pointers == ["/post_logout_redirect_uris"])
        let body = String(decoding: refused.response.body, as: UTF8.self)
        #expect(body.contains("It has more than 64 post_logout_redirect_uris."), "\(body)")
        #expect(await change(#"{"post_logout_redirect_uris":\#(JSONValue.array(uris(64)).render())}"#).status == 200)
        #expect(try await addresses() == 64)
    }

    @Test("A taken identifier is a conflict, and one that cannot be registered a fault")
    func identifiers() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        #expect(await bench.call("POST", "/clients", token: token, #"{"client_id":"operator"}"#).code == "conflict")
        let long = String(repeating: "x", count: 256)
        for id in ["", "a\\u0000", long] {
            let answer = await bench.call("POST", "/clients", token: token, "{\"client_id\":\"\(id)\"}")
            #expect(answer.pointers == ["/client_id"], "\(id)")
        }
        let made = await bench.call("POST", "/clients", token: token, "{}")
        #expect(made.status == 201 && made["client_id"]?.utf8.count == 36)
    }

    @Test("Keys are added, retired, revoked and removed; a private one is refused")
    func keys() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        let path = "/clients/auditor/keys"
        let key = try SigningKey.generate(.es256)
        let jwk = JWK(key: key.verificationKey, keyID: "next").object.render()
        let added = await bench.call("POST", path, token: token, "{\"jwk\":\(jwk)}")
        #expect(added.status == 201 && added.objects("keys").count == 2)
        let location = try #require(added.response.headers["Location"])
        let again = await bench.call("POST", path, token: token, "{\"jwk\":\(jwk)}")
        #expect(again.status == 200 && again.object["duplicates"] == .array([.number(0)]))
        let thing = String(location.dropFirst(AdminBench.resource.utf8.count))
        let read = await bench.call("GET", thing, token: token)
        #expect(read.status == 200 && read.tag != nil)
        for body in [
            #"{"status":"retiring"}"#, #"{"status":"retiring","retires_at":"2001-01-01T00:00:00Z"}"#,
            #"{"status":"gone"}"#, "{}",
            #"{"status":"active","retires_at":"2030-01-01T00:00:00Z"}"#,
        ] {
            #expect(await bench.call("PATCH", thing, token: token, tag: "*", body).status == 422, "\(body)")
        }
        let retiring = await bench.call(
            "PATCH", thing, token: token, tag: read.tag, #"{"status":"retiring","retires_at":"2027-06-01T00:00:00Z"}"#)
        #expect(retiring.objects("keys").first?.string("retires_at") == "2027-06-01T00:00:00Z")
        #expect(await bench.call("PATCH", thing, token: token, tag: read.tag, #"{"status":"active"}"#).status == 412)
        let revoked = await bench.call("PATCH", thing, token: token, tag: retiring.tag, #"{"status":"revoked"}"#)
        #expect(revoked.status == 200)
        let final = await bench.call("PATCH", thing, token: token, tag: "*", #"{"status":"active"}"#)
        #expect(final.status == 409 && final.code == "revoked_key")
        #expect(await bench.call("DELETE", thing, token: token, tag: revoked.tag).status == 204)
        #expect(await bench.call("GET", thing, token: token).code == "no_key")
    }

    @Test(
        "What is not one source of public keys is refused",
        arguments: [
            "{}", #"{"jwk":{},"pem":"x"}"#, #"{"jwk":{"kty":"oct","k":"AAAA"}}"#, #"{"jwks":{"keys":[]}}"#,
            #"{"pem":"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"}"#, #"{"pem":"hello"}"#,
            #"{"pem":""}"#,
            #"{"jwk":1}"#, #"{"certificate":"x"}"#, #"{"keys":[]}"#,
        ])
    func refusedKeys(_ body: String) async throws {
        let bench = try await AdminBench()
        let answer = await bench.call("POST", "/clients/auditor/keys", token: try await bench.token(), body)
        #expect(answer.status == 422 && !answer.pointers.isEmpty, "\(answer.object.render())")
    }

    @Test("A secret is shown once, and a client without secrets gets none")
    func secrets() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        #expect(await bench.call("POST", "/clients/auditor/secrets", token: token, "{}").code == "uses_no_secret")
        try await bench.add("wiki", scopes: []) { $0.authenticationMethod = .clientSecretBasic }
        let past = await bench.call(
            "POST", "/clients/wiki/secrets", token: token, #"{"expires_at":"2001-01-01T00:00:00Z"}"#)
        #expect(past.pointers == ["/expires_at"])
        let made = await bench.call("POST", "/clients/wiki/secrets", token: token, "{}")
        #expect(made.status == 201 && made["client_secret"] != nil)
        let location = try #require(made.response.headers["Location"])
        let thing = String(location.dropFirst(AdminBench.resource.utf8.count))
        let read = await bench.call("GET", thing, token: token)
        #expect(read["client_secret"] == nil && read.tag == made.tag)
        let list = await bench.call("GET", "/clients/wiki/secrets", token: token)
        #expect(list.objects("items").count == 1)
        #expect(await bench.call("DELETE", thing, token: token, tag: "\"x\"").status == 412)
        #expect(await bench.call("DELETE", thing, token: token, tag: made.tag).status == 204)
        #expect(await bench.call("DELETE", thing, token: token, tag: "*").code == "no_secret")
    }

    @Test("A client that registered itself cannot be given the scopes of the admin API")
    func reserved() async throws {
        let bench = try await AdminBench()
        let dynamic = DynamicRegistration(
            client: "self", origin: .open, digest: RandomBytes.make(32), registeredAt: TestClock.start,
            expiresAt: TestClock.start + .seconds(86_400))
        let client = ClientRecord(id: "self", name: "self", createdAt: TestClock.start)
        _ = try await bench.store.dynamicRegistrations.add(
            ClientRegistration(client: client, keys: [], dynamic: dynamic), dynamic,
            within: OpenRegistrationBounds(unused: 10, total: 10))
        let answer = await bench.call(
            "PATCH", "/clients/self", token: try await bench.token(), tag: "*", #"{"scope":"admin.read"}"#)
        #expect(answer.status == 409 && answer.code == "reserved_scope")
    }
}
