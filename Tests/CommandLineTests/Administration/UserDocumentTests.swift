import Server
import TestSupport
import Testing

@testable import Administration

@Suite("A person as a document")
struct UserDocumentTests {
    private static let now = TestClock.start

    private static func object(_ text: String) throws -> JSONObject { try JSONObject(parsing: Array(text.utf8)) }

    private static let alice = UserRecord(
        id: UserID("a1"), name: "alice",
        claims: [
            "email": "a@example.com", "email_verified": .boolean(true), "address": .object(["locality": "Berlin"]),
        ], groups: ["staff"], createdAt: now)

    private static func faults(_ body: () throws -> Void) -> [String] {
        do {
            try body()
            return []
        } catch let document as InvalidDocument {
            return document.faults.map { "\($0.pointer.text) \($0.detail)" }
        } catch {
            return ["\(error)"]
        }
    }

    @Test("OpenID Connect Core §5.1: each claim that cannot be is reported at its place")
    func claims() throws {
        let text = #"{"user_name":"bob","claims":{"email":"nowhere","sub":"x","birthdate":"1990-02-30"}}"#
        let found = Self.faults { _ = try NewUserDocument(try Self.object(text), at: Self.now) }
        #expect(found.count == 3)
        #expect(found.contains("/claims/email It must be an e-mail address."))
        #expect(
            found.contains { $0.hasPrefix("/claims/sub ") } && found.contains { $0.hasPrefix("/claims/birthdate ") })
    }

    @Test("has one password at most, and a generated one follows the rules")
    func password() throws {
        let both = Self.faults {
            _ = try NewPasswordDocument(try Self.object(#"{"password":"x","generate_password":true}"#))
        }
        #expect(both == ["/generate_password There is a password already. Leave one of the two out."])
        #expect(Self.faults { _ = try NewPasswordDocument([:]) }.count == 1)
        var rules = PasswordRules()
        rules.minimumLength = 64
        let made = try NewPasswordDocument(["generate_password": .boolean(true)])
        #expect(made.text(rules).count >= 64)
        #expect(made.text(rules) != made.text(rules))
        try rules.check(made.text(rules), of: Self.alice, host: "as.example")
    }

    @Test("RFC 7396: a patch changes what it names, and a new e-mail address is not verified")
    func patch() throws {
        let patch = try Self.object(#"{"claims":{"email":"b@example.com","address":{"locality":null}}}"#)
        let changed = try Self.alice.changed(by: .patch(patch), at: Self.now + .seconds(5))
        #expect(changed.claims.render() == #"{"email":"b@example.com"}"#)
        #expect(changed.groups == ["staff"] && changed.name == "alice" && changed.updatedAt > Self.alice.updatedAt)
        let verified = try Self.object(#"{"claims":{"email":"b@example.com","email_verified":true}}"#)
        #expect(try Self.alice.changed(by: .patch(verified), at: Self.now).claims["email_verified"] == .boolean(true))
    }

    @Test("can be sent back as it was read, but not with what only the server decides")
    func roundTrip() throws {
        let shown = UserDetails(user: Self.alice, sessions: [], accesses: []).json
        let same = try Self.alice.changed(by: .replacement(shown), at: Self.now)
        #expect(same == Self.alice)
        for (name, value) in [("sub", JSONValue.string("x")), ("has_password", .boolean(true))] {
            var changed = shown
            changed.set(name, value)
            let found = Self.faults { _ = try Self.alice.changed(by: .replacement(changed), at: Self.now) }
            #expect(found == ["/\(name) Only the server decides it. Leave it out."])
        }
    }

    @Test("is changed by the options of the command line as by a patch")
    func options() throws {
        var changes = UserChanges()
        changes.name = "alice2"
        changes.claims = [("email", ""), ("address.locality", ""), ("email_verified", ""), ("nickname", "Al")]
        var expected = Self.alice
        try changes.apply(to: &expected)
        let patched = try Self.alice.changed(by: .patch(try changes.mergePatch()), at: Self.now)
        #expect(patched == expected)
    }

    @Test("RFC 8707 §2: a resource is read strictly")
    func resource() throws {
        let found = Self.faults {
            _ = try ResourceRecord(
                try Self.object(#"{"resource":"api#x","scopes":["a b"],"access_token_lifetime":0}"#), at: Self.now)
        }
        #expect(found.map { $0.prefix { $0 != " " } } == ["/resource", "/scopes/0", "/access_token_lifetime"])
        let record = try ResourceRecord(
            try Self.object(#"{"resource":"https://api.example","scopes":["a"],"access_token_format":"opaque"}"#),
            at: Self.now)
        #expect(try record.changed(by: .replacement(record.json)) == record)
        #expect(try record.changed(by: .patch(["access_token_format": .null])).accessTokenFormat == nil)
    }

    @Test("a rotation and the terms of a token have their limits")
    func limits() throws {
        let early = Self.faults { _ = try ServerKeyAdministration.Rotation(try Self.object(#"{"signs_in":299}"#)) }
        #expect(early == ["/signs_in It must be a whole number from 300 to 315619200."])
        let unknown = Self.faults {
            _ = try ServerKeyAdministration.Rotation(try Self.object(#"{"algorithms":["HS256"]}"#))
        }
        #expect(unknown == ["/algorithms/0 It must be one of: ES256, RS256, PS256, EdDSA."])
        let long = Self.faults {
            _ = try RegistrationTokenAdministration.Terms(try Self.object(#"{"expires_in":31536001,"maximum_uses":0}"#))
        }
        #expect(long.count == 2)
    }

    @Test("RFC 9457: each failure is made again from its code and facts")
    func failures() throws {
        let failures: [any NamedFailure] = [
            PeopleFailure.noUser("x"), PeopleFailure.lastAdministrator("x"),
            PeopleFailure.noSession("s", of: UserID("u")),
            PeopleFailure.noAccess(ClientID("c"), of: UserID("u")), ResourceFailure.noResource("urn:a:b"),
            RegistrationTokenFailure.noToken("1"), RefusalFailure.noRefusal("K3"),
            RefusalFailure.nothingToJudge("K3"),
            KeyStoreFailure.noEntry("A", similar: "a"), KeyStoreFailure.noEntry("A", similar: nil),
            KeyStoreFailure.noEntryInFile("x", file: "f", aliases: ["a", "b"]),
            KeyStoreFailure.keyWithoutCertificate(file: "f"), KeyStoreFailure.severalKeys(file: "f"),
            ServerKeyFailure.noKey("k"), ServerKeyFailure.noKeys, ServerKeyFailure.unused(.rs512),
            ServerKeyFailure.hasNext("k", .es256, from: Self.now), PasswordFault.tooShort(minimum: 15),
            PasswordFault.tooLong(maximum: 256), PasswordFault.common, PasswordFault.containsName,
        ]
        for failure in failures {
            let again = type(of: failure).init(code: failure.kind.code, facts: failure.facts)
            #expect(again.map { "\($0)" } == "\(failure)")
            #expect(type(of: failure).init(code: "other", facts: failure.facts) == nil)
        }
    }
}
