import CountersignClient
import HTTP
import Testing

@testable import Playground

@Suite("The answer to an authorization request")
struct CallbackTests {
    private static let issuer = "https://auth.example.com"
    private let request = AuthorizationRequest(scope: "openid")

    private func callback(_ parameters: [(name: String, value: String)], sendsIssuer: Bool = true) throws -> Callback {
        Callback(
            FormWriter.encoded(parameters), to: request, of: try Samples.server(sendsIssuer: sendsIssuer),
            at: UnixTime(seconds: 1_795_000_000))
    }

    @Test("A code is used if state and iss are right")
    func valid() throws {
        let callback = try callback([("code", "c"), ("state", request.state), ("iss", Self.issuer)])
        #expect(callback.code == "c")
        #expect(callback.belongs)
    }

    @Test("A code with another state, or without one, does not belong to the request", arguments: [nil, "other"])
    func state(_ state: String?) throws {
        let parameters = [("code", "c"), ("iss", Self.issuer)] + (state.map { [("state", $0)] } ?? [])
        let callback = try callback(parameters)
        #expect(callback.code == nil)
        #expect(!callback.belongs)
    }

    @Test("A code of another issuer is not used (RFC 9207 §2.4)", arguments: [nil, "https://other.example.com"])
    func mixUp(_ issuer: String?) throws {
        let parameters = [("code", "c"), ("state", request.state)] + (issuer.map { [("iss", $0)] } ?? [])
        #expect(try callback(parameters).code == nil)
    }

    @Test("A server that does not announce iss need not send it, but a wrong one counts")
    func olderServer() throws {
        let sent = [("code", "c"), ("state", request.state)]
        #expect(try callback(sent, sendsIssuer: false).code == "c")
        #expect(try callback(sent + [("iss", "https://other.example.com")], sendsIssuer: false).code == nil)
    }

    @Test("An error has no code, even if one is sent with it")
    func error() throws {
        let callback = try callback([
            ("error", "access_denied"), ("code", "c"), ("state", request.state), ("iss", Self.issuer),
        ])
        #expect(callback.error?.code == "access_denied")
        #expect(callback.code == nil)
    }

    @Test("A query with a parameter twice is not read")
    func twice() throws {
        let query = "code=a&code=b&state=\(request.state)&iss=\(Self.issuer)"
        let callback = Callback(
            query, to: request, of: try Samples.server(), at: UnixTime(seconds: 1_795_000_000))
        #expect(callback.code == nil)
        #expect(!callback.belongs)
    }
}

enum Samples {
    /// A server's metadata as the playground reads it.
    static func server(sendsIssuer: Bool = true, without member: String? = nil) throws -> ServerEndpoints {
        let issuer = "https://auth.example.com"
        var members: [(String, JSONValue)] = [
            ("issuer", .string(issuer)), ("authorization_response_iss_parameter_supported", .boolean(sendsIssuer)),
            ("id_token_signing_alg_values_supported", ["RS256"]),
        ]
        for name in ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"] where name != member {
            members.append((name, .string("\(issuer)/\(name)")))
        }
        let metadata = try ServerMetadata(JSONObject(members).rendered(), from: issuer, of: issuer)
        return try ServerEndpoints(metadata)
    }
}
