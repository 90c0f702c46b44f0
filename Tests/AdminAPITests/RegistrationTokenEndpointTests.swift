import Administration
import Store
import TestSupport
import Testing

@testable import AdminAPI

@Suite("GET /registration-tokens")
struct RegistrationTokenEndpointTests {
    @Test("lists the tokens of one state, in pages that keep to it")
    func states() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token("auditor")
        for number in 0..<9 {
            try await bench.store.initialAccessTokens.add(
                InitialAccessToken(
                    id: "0000000\(number)", digest: [UInt8(number)], maximumUses: 2, uses: number % 3,
                    createdAt: bench.clock.now + .seconds(Int64(number)),
                    expiresAt: bench.clock.now + .seconds(number < 6 ? 3600 : 60)))
        }
        func ids(_ query: String) async throws -> [String] {
            var (ids, next): ([String], String?) = ([], query)
            while let query = next {
                let answer = await bench.call("GET", "/registration-tokens", query: query, token: token)
                #expect(answer.status == 200, "\(answer.object)")
                let tokens = try answer.objects("items").map { try InitialAccessToken(answer: $0) }
                ids += tokens.map { String($0.id.suffix(1)) }
                next = answer["next"]?.split(separator: "?").last.map(String.init)
            }
            return ids
        }
        #expect(try await ids("limit=4") == (0..<9).map(String.init))
        #expect(try await ids("state=usable&limit=2") == ["0", "1", "3", "4", "6", "7"])
        #expect(try await ids("state=used&limit=1") == ["2", "5", "8"])
        #expect(try await ids("state=expired") == [])
        bench.clock.advance(by: .seconds(60))
        #expect(try await ids("state=expired&limit=2") == ["6", "7", "8"])
        #expect(try await ids("limit=1&state=used") == ["2", "5"])

        let first = await bench.call("GET", "/registration-tokens", query: "state=usable&limit=1", token: token)
        let cursor = try #require(first["next"]?.firstMatch(of: /cursor=([^&]+)/)?.1)
        for wrong in ["state=revoked", "state=", "used=true", "state=used&limit=1&cursor=\(cursor)"] {
            let answer = await bench.call("GET", "/registration-tokens", query: wrong, token: token)
            #expect(answer.status == 400 && answer.code == "invalid_request", "\(wrong)")
        }
    }
}
