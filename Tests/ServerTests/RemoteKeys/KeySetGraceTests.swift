import Countersign
import Store
import TestSupport
import Testing

@testable import Server

@Suite("Key sets whose URL cannot be read: the grace period", .timeLimit(.minutes(5)))
struct KeySetGraceTests {
    @Test("While its server is down the last good set is used for its grace period; this is reported once and recorded")
    func grace() async throws {
        let (bench, node) = try await down()
        #expect(
            bench.log.lines == [
                .init(
                    .error,
                    "key set \(KeySetBench.url) cannot be read: its server is down; "
                        + "the last good set works until \((Self.expiry + .seconds(86_400)).text)")
            ])
        let record = try await bench.record()
        #expect(record.problem == "its server is down")
        #expect(record.expiresAt == Self.expiry)

        bench.clock.advance(by: Self.expiry + .seconds(86_399) - bench.clock.now)
        #expect(try await node.keyIDs() == ["k1"])
        #expect(try await bench.node().keyIDs() == ["k1"])
        bench.clock.advance(by: .seconds(1))
        for node in [node, bench.node()] {
            #expect(try await node.keyIDs() == [])
            #expect(try await node.refreshedKeyIDs() == .unavailable("its server is down"))
        }
        #expect(bench.log.lines.count == 1)
    }

    @Test("Without a grace period the set is not used after its expiry")
    func noGrace() async throws {
        let (bench, node) = try await down { $0.grace = .zero }
        bench.clock.advance(by: Self.expiry - bench.clock.now - .milliseconds(1))
        #expect(try await node.keyIDs() == ["k1"])
        bench.clock.advance(by: .milliseconds(1))
        #expect(try await node.keyIDs() == [])
        #expect(try await node.refreshedKeyIDs() == .unavailable("its server is down"))
    }

    @Test("It recovers by itself, also after the grace period")
    func recovery() async throws {
        let (bench, node) = try await down()
        bench.clock.advance(by: .seconds(10 * 86_400))
        #expect(try await node.keyIDs() == [])
        try bench.publish(["k2"])
        bench.clock.advance(by: .seconds(600))
        #expect(try await node.keyIDs() == ["k2"])
        #expect(bench.log.texts.last == "key set \(KeySetBench.url) can be read again")
        #expect(try await bench.record().failures == 0)
    }

    @Test("A set unused for days is refreshed before use")
    func idle() async throws {
        let bench = try KeySetBench()
        try bench.publish(["k1"])
        let node = bench.node()
        _ = try await node.keyIDs()
        try bench.publish(["k2"])
        bench.clock.advance(by: .seconds(3 * 86_400))
        #expect(try await node.keyIDs() == ["k2"])
    }

    @Test(
        "A document that is not a valid JWK Set keeps the last good set and is reported",
        arguments: [
            "", " ", "null", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]", "{\"keys\":[],\"keys\":[]}", "<html></html>",
            "\u{FEFF}\u{FEFF}{\"keys\":[]}", "{\"keys\":[" + String(repeating: "[", count: 10_000),
            "{\"keys\":[" + Array(repeating: "{}", count: 101).joined(separator: ",") + "]}",
        ])
    func malformed(_ document: String) async throws {
        let (bench, node) = try await ready()
        bench.reader.answer(KeySetBench.url, .received(Array(document.utf8), etag: "\"bad\"", lifetime: .seconds(9000)))
        let learned = try await node.refreshedKeyIDs()
        guard case .unavailable(let reason) = learned else {
            Issue.record("accepted as \(learned)")
            return
        }
        #expect(reason.hasPrefix("the document is not a valid JWK Set: "))
        #expect(try await node.keyIDs() == ["k1"])
        #expect(try await bench.node().keyIDs() == ["k1"])
        let record = try await bench.record()
        #expect(record.etag == "\"good\"")
        #expect(record.expiresAt == Self.expiry)
    }

    @Test("RFC 7517 §5: an empty set is valid and replaces the earlier keys")
    func emptied() async throws {
        let (bench, node) = try await ready()
        try bench.publish([])
        #expect(try await node.refreshedKeyIDs() == .keys([]))
        #expect(try await node.keyIDs() == [])
        #expect(try await bench.node().keyIDs() == [])
    }

    @Test("Private, symmetric, weak and unknown keys are refused and reported; the other keys are used")
    func refusedKeys() async throws {
        let bench = try KeySetBench()
        let good = try KeySetBench.key("good").object.render()
        let keys = [
            #"{"kty":"oct","kid":"symmetric","k":"AAAA"}"#,
            #"{"kty":"EC","crv":"P-256","kid":"private","x":"AA","y":"AA","d":"AA"}"#,
            #"{"kty":"RSA","kid":"weak","n":"\#(String(repeating: "A", count: 170))w","e":"AQAB"}"#,
            #"{"kty":"\#(String(repeating: "x", count: 9000))"}"#, good, "7",
        ]
        let body = #"{"keys":[\#(keys.joined(separator: ","))]}"#
        bench.reader.answer(KeySetBench.url, .received(Array(body.utf8), etag: nil, lifetime: nil))
        let node = bench.node()
        #expect(try await node.keyIDs() == ["good"])
        #expect(bench.log.lines.count == 1)
        let line = try #require(bench.log.texts.first)
        #expect(line.contains("key 1: the key is symmetric"))
        #expect(line.contains("key 2: the key is private"))
        // It is reported once per version of the set, not at each refresh.
        bench.clock.advance(by: .seconds(600))
        _ = try await node.refreshedKeyIDs()
        #expect(bench.log.lines.count == 1)
    }

    @Test("A hostile set does not fill the log", arguments: [1, 100])
    func longNames(_ keys: Int) async throws {
        let bench = try KeySetBench()
        let name = "e" + String(repeating: "\u{301}", count: 1000)
        let key = #"{"kty":"\#(name)"}"#
        let body = #"{"keys":[\#(Array(repeating: key, count: keys).joined(separator: ","))]}"#
        bench.reader.answer(KeySetBench.url, .received(Array(body.utf8), etag: nil, lifetime: nil))
        _ = try await bench.node().keyIDs()
        #expect(bench.log.texts.allSatisfy { $0.unicodeScalars.count < 1024 })
        #expect(bench.log.lines.count == 1)
    }

    private static let expiry = TestClock.start + .seconds(600)

    private func ready(
        _ change: (inout KeySetSettings) -> Void = { _ in }
    ) async throws -> (KeySetBench, KeySetNode) {
        let bench = try KeySetBench()
        try bench.publish(["k1"], etag: "\"good\"")
        let node = bench.node(change)
        _ = try await node.keyIDs()
        bench.clock.advance(by: .seconds(30))
        return (bench, node)
    }

    /// Returns a node whose key set server failed at the first refresh.
    private func down(
        _ change: (inout KeySetSettings) -> Void = { _ in }
    ) async throws -> (KeySetBench, KeySetNode) {
        let (bench, node) = try await ready(change)
        bench.breakDown()
        #expect(try await node.refreshedKeyIDs() == .unavailable("its server is down"))
        return (bench, node)
    }
}
