import CountersignJOSE
import CountersignKeys
import Testing

@Suite("A key set as a server sent it")
struct FetchedKeySetTests {
    private static func key(_ id: String) throws -> String {
        let key = JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: ExactString(id))
        return key.object.render()
    }

    @Test("A single bad key does not spoil the set")
    func badKey() throws {
        let text = #"{"keys":[\#(try Self.key("a")),{"kty":"EC","kid":"bad\nkey"},\#(try Self.key("b"))]}"#
        let fetched = try FetchedKeySet(Array(text.utf8))
        #expect(fetched.keySet.keys.map(\.keyID) == ["a", "b"])
        #expect(fetched.notes.count == 1)
        #expect(fetched.notes.first?.hasPrefix("Key 2 ('bad?key') is not used: ") == true)
        #expect(!fetched.givesSecretsAway)
    }

    @Test("Private and symmetric keys are refused and reported, without what is secret in them")
    func secrets() throws {
        let secret = try SigningKey.generate(.es256).privateJWK().render()
        for bad in [secret, #"{"kty":"oct","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQ"}"#] {
            let fetched = try FetchedKeySet(Array(#"{"keys":[\#(bad),\#(try Self.key("a"))]}"#.utf8))
            #expect(fetched.keySet.keys.map(\.keyID) == ["a"])
            #expect(fetched.givesSecretsAway)
            #expect(fetched.notes.count == 1)
            #expect(fetched.notes.allSatisfy { !$0.contains("c2Vj") })
        }
    }

    @Test("What is no key set, or has more than 100 keys, is refused")
    func refused() throws {
        let many = #"{"keys":["# + String(repeating: "{},", count: 100) + "{}]}"
        for text in ["", "<html>", "[]", "{}", #"{"keys":{}}"#, many] {
            #expect(throws: KeyError.self) { try FetchedKeySet(Array(text.utf8)) }
        }
        #expect(try FetchedKeySet(Array(Answer.emptySet.utf8)).keySet.keys.isEmpty)
    }
}
