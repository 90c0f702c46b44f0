import Fetching
import Testing

@Suite("Hostile and broken key servers")
struct HostileKeyServerTests {
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [KeyServer.Step]
        /// Returns whether the error is the expected one.
        let isExpected: @Sendable (FetchError) -> Bool

        init(
            _ description: String, _ steps: [KeyServer.Step], _ isExpected: @escaping @Sendable (FetchError) -> Bool
        ) {
            testDescription = description
            self.steps = steps
            self.isExpected = isExpected
        }
    }

    // Without a timeout each of these would never end.
    static let slowAnswers: [Example] = [
        .init("nothing at all", [.silence]) { stage($0) == .waiting },
        .init("a head, byte by byte", [.trickle(Array((head + String(repeating: "x", count: 20_000)).utf8))]) {
            stage($0) == .waiting
        },
        .init("a head and no body", [.text(head + "Content-Length: 10\r\n\r\n"), .silence]) {
            stage($0) == .reading(bytes: 0)
        },
        .init("a body that stops half-way", [.text(head + "Content-Length: 10\r\n\r\n12345"), .silence]) {
            stage($0) == .reading(bytes: 5)
        },
        .init(
            "a body, byte by byte",
            [
                .text(head + "Content-Length: 20000\r\n\r\n"),
                .trickle(Array(String(repeating: "x", count: 20_000).utf8)),
            ]
        ) {
            if case .reading? = stage($0) { true } else { false }
        },
        .init(
            "one-byte chunks, one after another",
            [
                .text(head + "Transfer-Encoding: chunked\r\n\r\n"),
                .trickle(Array(String(repeating: "1\r\nx\r\n", count: 4000).utf8)),
            ]
        ) {
            if case .reading? = stage($0) { true } else { false }
        },
        .init(
            "a body of unknown length, on a connection that stays open", [.text(head + "\r\n{\"keys\":[]}"), .silence]
        ) {
            stage($0) == .reading(bytes: 11)
        },
    ]

    private static func stage(_ error: FetchError) -> FetchStage? {
        if case .timedOut(_, _, let stage) = error { stage } else { nil }
    }

    @Test(
        "A slow response ends at the timeout, and its connection is closed", .timeLimit(.minutes(5)),
        arguments: slowAnswers)
    func slow(_ example: Example) async throws {
        let server = try await KeyServer { _ in example.steps }
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        let error = await patiently(until: example.isExpected) { limit in
            await failure(of: loopbackFetcher(timeout: limit), url)
        }
        #expect(error.map(example.isExpected) == true, "\(String(describing: error))")
        try await server.allClosed()
        try await server.stop()
    }

    static let largeAnswers: [Example] = [
        .init("an endless body", [.text(head + "\r\n"), .endlessly(bytes("x", 10_000))]) { $0.isTooLong },
        .init(
            "endless chunks",
            [
                .text(head + "Transfer-Encoding: chunked\r\n\r\n"),
                .endlessly(Array("3e8\r\n".utf8) + bytes("x", 1000) + Array("\r\n".utf8)),
            ]
        ) { $0.isTooLong },
        .init(
            "endless one-byte chunks",
            [.text(head + "Transfer-Encoding: chunked\r\n\r\n"), .endlessly(Array("1\r\nx\r\n".utf8))]
        ) { $0.isTooLong },
        .init(
            "an endless chunk extension",
            [.text(head + "Transfer-Encoding: chunked\r\n\r\n1;a="), .endlessly(bytes("x", 10_000))]
        ) { $0.isTooLong || $0.isBroken },
        .init(
            "endless trailers",
            [.text(head + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n"), .endlessly(Array("X: y\r\n".utf8))]
        ) { $0.isTooLong || $0.isHeadTooLarge },
        .init("a declared length above the limit", [.text(head + "Content-Length: 262145\r\n\r\n"), .silence]) {
            $0.isTooLong
        },
        .init("a length that overflows", [.text(head + "Content-Length: 99999999999999999999\r\n\r\n"), .silence]) {
            $0.isTooLong || $0.isBroken
        },
        .init("an endless header field", [.text(head + "X: "), .endlessly(bytes("x", 10_000))]) {
            $0.isHeadTooLarge
        },
        .init("an endless header field name", [.text(head), .endlessly(bytes("x", 10_000))]) {
            $0.isHeadTooLarge
        },
        .init("endless header fields", [.text(head), .endlessly(Array("X: y\r\n".utf8))]) { $0.isHeadTooLarge },
        .init("101 header fields", [.text(head + String(repeating: "X: y\r\n", count: 100) + "\r\n{}"), .close]) {
            $0.isHeadTooLarge
        },
        .init(
            "header fields of more than 16 KiB",
            [.text(head + "X: \(String(repeating: "x", count: 16_384))\r\n\r\n{}"), .close]
        ) { $0.isHeadTooLarge },
        .init("endless interim responses", [.endlessly(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))]) {
            $0.isHeadTooLarge || $0.isBroken
        },
        .init("an endless status line", [.text("HTTP/1.1 200 "), .endlessly(bytes("x", 10_000))]) {
            $0.isHeadTooLarge || $0.isBroken
        },
    ]

    private static func bytes(_ text: String, _ count: Int) -> [UInt8] {
        Array(String(repeating: text, count: count).utf8)
    }

    @Test("An oversized response is refused long before the timeout", .timeLimit(.minutes(5)), arguments: largeAnswers)
    func large(_ example: Example) async throws {
        let server = try await KeyServer { _ in example.steps }
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        let error = await failure(of: loopbackFetcher(timeout: .seconds(300)), url)
        #expect(error.map(example.isExpected) == true, "\(String(describing: error))")
        try await server.allClosed()
        try await server.stop()
    }

    static let brokenAnswers: [Example] = [
        .init("no response", [.close]) { $0.isBroken },
        .init("half a head", [.text("HTTP/1.1 200 OK\r\nContent-"), .close]) { $0.isBroken },
        .init("a body shorter than declared", [.text(head + "Content-Length: 100\r\n\r\n{}"), .close]) { $0.isBroken },
        .init("chunks that break off", [.text(head + "Transfer-Encoding: chunked\r\n\r\n5\r\n12"), .close]) {
            $0.isBroken
        },
        .init("chunks without a last chunk", [.text(head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), .close]) {
            $0.isBroken
        },
        .init("an invalid chunk size", [.text(head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), .close]) {
            $0.isBroken
        },
        .init("a protocol other than HTTP", [.text("SSH-2.0-OpenSSH_9.2\r\n"), .close]) { $0.isBroken },
        .init("unsolicited HTTP/2", [.send([0, 0, 0, 4, 0, 0, 0, 0, 0]), .close]) { $0.isBroken },
        .init("two lengths", [.text(head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} "), .close]) {
            $0.isBroken
        },
        .init(
            "a length and chunks",
            [.text(head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"), .close]
        ) { $0.isBroken },
        .init("a negative length", [.text(head + "Content-Length: -2\r\n\r\n{}"), .close]) { $0.isBroken },
        .init(
            "an unsolicited upgrade",
            [.text("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nxxxx"), .close]
        ) {
            $0.isBroken || $0 == .status(url: $0.url, 101)
        },
        .init("gzip", [.text(head + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"), .close]) {
            $0 == .encoded(url: $0.url, "gzip")
        },
        .init("two encodings", [.text(head + "Content-Encoding: identity, br\r\nContent-Length: 2\r\n\r\n{}"), .close])
        {
            $0 == .encoded(url: $0.url, "br")
        },
        .init("gzip as a transfer coding", [.text(head + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), .close])
        {
            $0 == .encoded(url: $0.url, "gzip")
        },
    ]

    @Test("A broken or encoded response is refused with the reason", .timeLimit(.minutes(5)), arguments: brokenAnswers)
    func broken(_ example: Example) async throws {
        let server = try await KeyServer { _ in example.steps }
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        let error = await failure(of: loopbackFetcher(), url)
        #expect(error.map(example.isExpected) == true, "\(String(describing: error))")
        #expect(error?.message.contains(url.text) == true)
        try await server.allClosed()
        try await server.stop()
    }

    @Test("Bytes beyond the declared length are ignored", .timeLimit(.minutes(5)))
    func surplus() async throws {
        let server = try await KeyServer { _ in
            [.text(Self.head + "Content-Length: 2\r\n\r\n{}"), .endlessly(Self.bytes("x", 10_000))]
        }
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        #expect(try await loopbackFetcher().fetch(url).body == Array("{}".utf8))
        try await server.allClosed()
        try await server.stop()
    }

    @Test("A closed port is reported as unreachable at once", .timeLimit(.minutes(5)))
    func nobody() async throws {
        let server = try await KeyServer.saying("")
        try await server.stop()
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        guard
            case .unreachable(url.text, IPAddress.v4(0x7F00_0001), let detail)? = await failure(
                of: loopbackFetcher(), url)
        else {
            Issue.record("not refused as unreachable")
            return
        }
        #expect(detail == "Connection refused")
    }

    @Test("A cancelled fetch ends at once, and its connection is closed", .timeLimit(.minutes(5)))
    func cancelled() async throws {
        let (asked, signal) = AsyncStream.makeStream(of: Void.self)
        let server = try await KeyServer { _ in
            signal.yield()
            return [.text(Self.head + "Content-Length: 10\r\n\r\n1"), .silence]
        }
        let url = try loopbackURL("http://127.0.0.1:\(server.port)/")
        let fetch = Task { await failure(of: loopbackFetcher(timeout: .seconds(600)), url) }
        for await _ in asked { break }
        fetch.cancel()
        #expect(await fetch.value == .cancelled(url: url.text))
        try await server.allClosed()
        try await server.stop()
    }
}

extension FetchError {
    fileprivate var isTooLong: Bool {
        if case .tooLong(_, 262_144) = self { true } else { false }
    }

    fileprivate var isHeadTooLarge: Bool {
        if case .headTooLarge = self { true } else { false }
    }

    fileprivate var isBroken: Bool {
        if case .broken = self { true } else { false }
    }

    fileprivate var url: String {
        switch self {
        case .encoded(let url, _), .status(let url, _): url
        default: ""
        }
    }
}
