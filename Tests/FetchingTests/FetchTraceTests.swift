import Countersign
import TestSupport
import Testing

@testable import Fetching

@Suite("The trace of a fetch", .timeLimit(.minutes(5)))
struct FetchTraceTests {
    @Test("It has each URL with address, status, header fields and times, and nothing of the body")
    func redirect() async throws {
        let server = try await KeyServer(port: 0) { head in
            head.hasPrefix("GET /first")
                ? [.text(Answer.redirect("/second")), .close]
                : [.text(Answer.ok(Answer.emptySet, "Cache-Control: max-age=60", "ETag: \"<b>\"")), .close]
        }
        let trace = FetchTrace()
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/first")
        _ = try await loopbackFetcher().fetch(url, trace: trace)
        let hops = trace.hops
        #expect(hops.map(\.status) == [302, 200])
        #expect(hops.map(\.peer) == ["127.0.0.1", "127.0.0.1"] && hops.allSatisfy { $0.tls == nil && $0.proxy == nil })
        #expect(hops.map(\.addresses) == Array(repeating: [.init(text: "127.0.0.1", refusal: nil)], count: 2))
        #expect(hops[0].fields == [.init(name: "Location", value: "/second")])
        #expect(hops[1].fields.first == .init(name: "Cache-Control", value: "max-age=60"))
        #expect(hops[1].fields.allSatisfy { $0.value.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
        #expect(hops[1].bytes == Answer.emptySet.utf8.count)
        let times = hops.flatMap { [$0.times.begun, $0.times.lookedUp, $0.times.connected, $0.times.answered] }
        #expect(times.compactMap(\.self).count == 8 && times.compactMap(\.self) == times.compactMap(\.self).sorted())
        try await server.stop()
    }

    @Test("It has all addresses with their verdicts, although the fetch ends at the first that is refused")
    func addresses() async throws {
        let trace = FetchTrace()
        let resolver = FakeResolver(["keys.example": [["203.0.114.9", "10.0.0.5", "fd00::1"]]])
        let url = try RemoteURL("https://keys.example/")
        await #expect(throws: FetchError.self) {
            try await DocumentFetcher(resolver: resolver).fetch(url, trace: trace)
        }
        #expect(trace.hops.count == 1)
        #expect(
            trace.hops.first?.addresses == [
                .init(text: "203.0.114.9", refusal: nil),
                .init(text: "10.0.0.5", refusal: .specialPurpose(.privateUse)),
                .init(text: "fd00::1", refusal: .specialPurpose(.uniqueLocal)),
            ])
        #expect(trace.hops.first?.peer == nil)
    }
}
