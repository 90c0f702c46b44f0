import CountersignClient
import HTTP
import Testing

@testable import Playground

@Suite("Messages as the playground shows them")
struct MessageTests {
    @Test("Secrets of a request are cut off, and shown where they are asked for")
    func request() throws {
        let secret = "cs_rt_0123456789abcdefghij"
        let request = SentRequest(
            method: "POST", address: try ServerAddress("https://auth.example.com/oauth2/token?a=b"),
            parameters: [("grant_type", "refresh_token"), ("refresh_token", secret)])
        let masked = request.text(isMasked: true)
        #expect(masked.hasPrefix("POST /oauth2/token?a=b HTTP/1.1\nHost: auth.example.com\n"))
        #expect(!masked.contains(secret))
        #expect(masked.hasSuffix("grant_type=refresh_token\n&refresh_token=cs_rt_012345…"))
        #expect(request.text(isMasked: false).contains(secret))
        #expect(request.curl.contains("--data-urlencode 'refresh_token=\(secret)'"))
    }

    @Test("The access token in a header field is cut off")
    func bearer() throws {
        var request = SentRequest(method: "GET", address: try ServerAddress("https://auth.example.com/userinfo"))
        request.bearer = "0123456789abcdefghij"
        #expect(request.text(isMasked: true).hasSuffix("Authorization: Bearer 01234…"))
        #expect(request.curl.contains("'Authorization: Bearer 0123456789abcdefghij'"))
    }

    @Test("Each experiment spoils its own part of an assertion")
    func experiments() throws {
        let now = UnixTime(seconds: 1_795_000_000)
        let key = try SigningKey.generate(.es256)
        let client = PlaygroundClient(id: "shop", key: key, registration: .given)
        let issuer = "https://auth.example.com"
        func facts(_ experiment: Experiment?) throws -> (isSigned: Bool, audience: String?, expiry: Double) {
            let token = try client.assertion(for: issuer, at: now, spoiledBy: experiment)
            let decoded = try #require(DecodedToken(token))
            let jws = decoded.jws
            let isSigned = key.verificationKey.isValid(
                signature: jws.signature, for: jws.signingInput, algorithm: .es256)
            guard case .number(let expiry)? = decoded.claims["exp"] else {
                throw TokenClientError.signing(.malformed("exp"))
            }
            return (isSigned, decoded.claims.string("aud")?.text, expiry.double)
        }
        let right = 1_795_000_060.0
        #expect(try facts(nil) == (true, issuer, right))
        #expect(try facts(.replay) == (true, issuer, right))
        #expect(try facts(.codeTwice) == (true, issuer, right))
        #expect(try facts(.otherKey) == (false, issuer, right))
        #expect(try facts(.changed) == (false, issuer, right + 3600))
        #expect(try facts(.otherAudience) == (true, "https://other-server.example", right))
        #expect(try facts(.expired) == (true, issuer, right - 600))
    }

    @Test("Only so many walks and exchanges are kept")
    func bounds() throws {
        let walks = Walks()
        let first = walks.begin(Walk(scope: "openid"))
        for _ in 0..<Walks.capacity { _ = walks.begin(Walk(scope: "openid")) }
        #expect(walks[first] == nil)
        var walk = Walk(scope: "openid")
        for number in 0..<20 {
            let request = SentRequest(method: "GET", address: try ServerAddress("https://auth.example.com/\(number)"))
            walk.append(
                Exchange(
                    title: "\(number)", lesson: "", request: request, outcome: .failed(""), at: UnixTime(seconds: 0)))
        }
        #expect(walk.exchanges.map(\.title) == (8..<20).map { "\($0)" })
        #expect(walk.dropped == 8)
    }

    @Test("A server that signs nobody in is named as such", arguments: ["authorization_endpoint", "jwks_uri"])
    func noSignIn(_ member: String) {
        #expect(throws: TokenClientError.self) { try Samples.server(without: member) }
    }
}
