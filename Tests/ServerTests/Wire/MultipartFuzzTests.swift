import TestSupport
import Testing

@testable import Server

@Suite("Fuzz: the parser of forms with files")
struct MultipartFuzzTests {
    private static let seeds = [
        "--b\r\nContent-Disposition: form-data; name=\"alias\"\r\n\r\nbilling\r\n--b\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"a.jks\"\r\nContent-Type: text/plain\r\n\r\n"
            + "\u{0}\r\n--\r\n--b--\r\n",
        "--b \r\nContent-Disposition: form-data; name=\"a\"; filename=\"%22\u{301}\\\"\r\n\r\n\r\n--b--",
        "--b\r\nX: y\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n\r\n--b\r\n--b\r\n\r\n--b--",
    ]

    @Test("No input crashes the parser, text is UTF-8, and labels have no invisible characters")
    func fuzz() throws {
        var random = SeededRandom(seed: 7578)
        let boundary = try #require(MultipartBoundary(contentType: "multipart/form-data; boundary=b"))
        var parsed = 0
        for round in 0..<SeededRandom.rounds(10_000) {
            let bytes = random.mutated(Array(Self.seeds[round % Self.seeds.count].utf8))
            guard let form = try? MultipartForm(parsing: bytes, boundary: boundary) else { continue }
            parsed += 1
            for name in ["a", "alias", "file"] {
                #expect(form.fields.bytes(name).map { String(validating: $0, as: UTF8.self) != nil } ?? true)
                guard let file = form.file(name) else { continue }
                #expect(form.fields.bytes(name) == nil)
                #expect(!file.label.unicodeScalars.contains { $0.value < 0x20 || $0 == "/" || $0 == "\\" })
            }
        }
        #expect(parsed > 100)
    }

    /// What the parser takes is the same when it is written again, so that no second reading exists.
    @Test("Random parts are read as they were written")
    func roundTrip() throws {
        var random = SeededRandom(seed: 2046)
        let pieces = ["\r", "\n", "\r\n", "--b", "\r\n--", "\r\n--a", "--", "b", "\u{0}", "é", ":", "\"", ";"]
        let boundary = try #require(MultipartBoundary(contentType: "multipart/form-data; boundary=b"))
        for _ in 0..<SeededRandom.rounds(2000) {
            let contents = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
                    .joined()
            }.filter { !$0.contains("\r\n--b") && !$0.isEmpty }
            let body = contents.enumerated().map { number, content in
                "--b\r\nContent-Disposition: form-data; name=\"f\(number)\"; filename=\"x\"\r\n\r\n\(content)\r\n"
            }.joined()
            let form = try MultipartForm(parsing: Array((body + "--b--\r\n").utf8), boundary: boundary)
            for (number, content) in contents.enumerated() {
                #expect(form.file("f\(number)")?.content == Array(content.utf8))
            }
        }
    }

    @Test(
        "A body of the maximum length takes no longer than its length asks",
        arguments: ["\r", "\r\n--", "\r\n", "a", "\r\n--bb"])
    func long(_ part: String) throws {
        let boundary = try #require(
            MultipartBoundary(contentType: "multipart/form-data; boundary=\(String(repeating: "b", count: 70))"))
        let start =
            "--\(String(repeating: "b", count: 70))\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x\"\r\n\r\n"
        let body = Array((start + String(repeating: part, count: 1_572_864 / part.utf8.count)).utf8)
        let took = ContinuousClock().measure {
            #expect(throws: MultipartError.cutShort) { try MultipartForm(parsing: body, boundary: boundary) }
        }
        #expect(took < .seconds(20))
    }
}
