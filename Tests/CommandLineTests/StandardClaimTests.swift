import Server
import Testing

@testable import Administration

@Suite("Claims about people (OpenID Connect Core §5.1)")
struct StandardClaimTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let claim: String
        let text: String
        var testDescription: String { "\(claim)=\(text)" }

        init(_ claim: String, _ text: String) {
            (self.claim, self.text) = (claim, text)
        }
    }

    @Test(
        "A text becomes a string",
        arguments: [
            Example("name", "Alice Jones"), .init("given_name", "Zoë"), .init("email", "alice@example.com"),
            .init("email", "älice@exämple.de"), .init("picture", "https://example.com/a.png"),
            .init("website", "http://example.com"), .init("birthdate", "1990-12-31"), .init("birthdate", "0000-02-29"),
            .init("birthdate", "2024-02-29"), .init("birthdate", "1990"), .init("zoneinfo", "Europe/Berlin"),
            .init("zoneinfo", "America/Argentina/Buenos_Aires"), .init("zoneinfo", "UTC"),
            .init("zoneinfo", "Etc/GMT+1"), .init("locale", "en"), .init("locale", "de-CH"),
            .init("locale", "zh_Hant_TW"),
            .init("phone_number", "+49 30 123456"), .init("phone_number", "+1 (604) 555-1234;ext=5678"),
            .init("employee", "null and void"),
        ])
    func text(_ example: Example) throws {
        #expect(try StandardClaim(example.claim).value(of: example.text) == .string(example.text))
    }

    @Test("Other types follow from the claim, and from JSON for a claim that is not standard")
    func types() throws {
        #expect(try StandardClaim("email_verified").value(of: "true") == .boolean(true))
        #expect(try StandardClaim("phone_number_verified").value(of: "false") == .boolean(false))
        #expect(
            try StandardClaim("address").value(of: "{\"street_address\":\"1 Way\\nBack\",\"country\":\"DE\"}")
                == .object(["street_address": "1 Way\nBack", "country": "DE"]))
        #expect(try StandardClaim("level").value(of: "3") == .number(3))
        #expect(try StandardClaim("teams").value(of: "[\"a\"]") == ["a"])
        #expect(try StandardClaim("employee_number").value(of: "E-1") == "E-1")
    }

    @Test(
        "A wrong or empty value is refused",
        arguments: [
            Example("name", " "), .init("name", "null"), .init("name", "a\u{7}"), .init("email", "alice"),
            .init("email", "a@b@c"), .init("email", "a b@example.com"), .init("picture", "example.com/a.png"),
            .init("picture", "javascript:alert(1)"), .init("website", "https://"), .init("birthdate", "31.12.1990"),
            .init("birthdate", "1990-02-29"), .init("birthdate", "1990-13-01"), .init("birthdate", "0000"),
            .init("birthdate", "1990-1-1"), .init("zoneinfo", "Europe/"), .init("locale", "english language"),
            .init("phone_number", "call me"), .init("email_verified", "yes"), .init("email_verified", "1"),
            .init("address", "Berlin"), .init("address", "{}"), .init("address", "{\"city\":\"Berlin\"}"),
            .init("address", "{\"country\":\"\"}"), .init("address", "{\"country\":1}"), .init("level", "null"),
            .init("level", ""), .init("name", String(repeating: "x", count: 1025)),
        ])
    func refused(_ example: Example) {
        #expect(throws: UserClaimFault.self) { try StandardClaim(example.claim).value(of: example.text) }
    }

    @Test(
        "Names that tokens or the server use are refused",
        arguments: ["sub", "iss", "aud", "groups", "nonce", "updated_at", "", "two words", "naïve"])
    func name(_ name: String) {
        #expect(throws: UserClaimFault.self) { try StandardClaim(name) }
    }
}

@Suite("Changes of a person")
struct UserChangesTests {
    private var user = UserRecord(
        name: "alice",
        claims: [
            "email": "alice@example.com", "email_verified": .boolean(true), "address": .object(["country": "DE"]),
        ], groups: ["staff"], createdAt: Samples.now)

    private func changed(_ claims: [(name: String, text: String)], groups: [String]? = nil) throws -> UserRecord {
        var changes = UserChanges()
        (changes.claims, changes.groups) = (claims, groups)
        var user = user
        try changes.apply(to: &user)
        return user
    }

    @Test("A new e-mail address is not verified, unless the change says so")
    func verification() throws {
        #expect(try changed([("email", "a@example.org")]).claims["email_verified"] == nil)
        #expect(try changed([("email", "alice@example.com")]).claims["email_verified"] == .boolean(true))
        let verified = try changed([("email", "a@example.org"), ("email_verified", "true")])
        #expect(verified.claims["email_verified"] == .boolean(true))
    }

    @Test("An empty value removes a claim, and its verification with it")
    func removal() throws {
        let user = try changed([("email", "")])
        #expect(user.email == nil && user.claims["email_verified"] == nil)
    }

    @Test("Members of the address are changed one by one; the last one takes the address with it")
    func address() throws {
        #expect(
            try changed([("address.locality", "Berlin")]).claims["address"]
                == .object(["country": "DE", "locality": "Berlin"]))
        #expect(try changed([("address.country", "")]).claims["address"] == nil)
        #expect(throws: UserClaimFault.self) { try changed([("address.city", "Berlin")]).claims["city"] }
    }

    @Test("Groups are replaced, each once")
    func groups() throws {
        #expect(try changed([], groups: ["a", "b", "a"]).groups == ["a", "b"])
        #expect(try changed([]).groups == ["staff"])
    }
}
