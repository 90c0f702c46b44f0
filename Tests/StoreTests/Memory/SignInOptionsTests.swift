import Countersign
import Store
import Testing

@Suite("The sign-in options of a client as JSON (RFC 7591 §2)")
struct SignInOptionsTests {
    @Test("Options are read as they were written; defaults are left out")
    func roundTrip() throws {
        #expect(SignInOptions().json == [:])
        #expect(try SignInOptions(json: [:]) == SignInOptions())
        let options = Samples.unusualSignIn
        let json = options.json
        #expect(json.members.count == 25)
        #expect(try SignInOptions(json: JSONObject(parsing: json.rendered())) == options)
        for member in json.members {
            let single = try SignInOptions(json: [member.name.text: member.value])
            #expect(single.json == [member.name.text: member.value])
            #expect(single != SignInOptions())
        }
    }

    @Test("Members have the names and values of the standards")
    func members() throws {
        let json = Samples.unusualSignIn.json
        #expect(json["redirect_uris"] == ["https://shop.example/cb?a=b", "regexp=(https://a|https://b)"])
        #expect(json["id_token_signed_response_alg"] == "ES256")
        #expect(json["subject_type"] == "pairwise")
        #expect(json["default_max_age"]?.integer == 0)
        #expect(json["id_token_lifetime"]?.integer == 300)
    }

    @Test("null counts as missing, and members of others are ignored")
    func ignored() throws {
        let json: JSONObject = [
            "require_pkce": JSONValue.null, "redirect_uris": JSONValue.null, "client_name": "Shop", "scope": "openid",
        ]
        #expect(try SignInOptions(json: json) == SignInOptions())
    }

    @Test(
        "A member of another type, an unknown value or one beyond its limit is named",
        arguments: [
            ("redirect_uris", "https://a"), ("redirect_uris", [JSONValue.number(1)]), ("redirect_uris", [""]),
            ("audiences", .array((0..<101).map { "\($0)" })), ("contacts", .boolean(true)),
            ("require_pkce", "true"), ("skip_consent", .number(1)), ("default_max_age", "60"),
            ("default_max_age", .number(-1)), ("id_token_lifetime", .number(0)),
            ("refresh_token_lifetime", .number(315_360_001)), ("user_access_token_lifetime", .number(1e300)),
            ("id_token_signed_response_alg", "none"), ("userinfo_signed_response_alg", "HS256"),
            ("introspection_signed_response_alg", "none"),
            ("subject_type", "Public"), ("client_uri", .string(String(repeating: "a", count: 2049))),
        ] as [(String, JSONValue)])
    func faults(_ member: (name: String, value: JSONValue)) {
        let fault = #expect(throws: MemberFault.self) { try SignInOptions(json: [member.name: member.value]) }
        #expect(fault?.member == member.name)
        #expect(fault?.problem.hasPrefix("a '\(member.name)' that is not ") == true)
    }
}

extension JSONValue {
    fileprivate var integer: Int64? { if case .number(let number) = self { number.integer } else { nil } }
}
