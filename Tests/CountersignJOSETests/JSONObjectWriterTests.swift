import CountersignJOSE
import Testing

@Suite("The JSON object writer")
struct JSONObjectWriterTests {
    @Test("A written object parses to the same values, whatever characters a string has")
    func roundTrip() throws {
        let strings = [
            "", "plain", "\"\\/", "\n\r\t\u{0}\u{1F}", "é \u{1F600} \u{202E}", String(repeating: "x", count: 5000),
        ]
        for string in strings {
            var writer = JSONObjectWriter()
            writer.member("a", string)
            writer.member("b", utf8: Array(string.utf8))
            let text = writer.finished()
            let expected: [(String, JSONValue)] = [
                ("a", .string(string)), ("b", .string(string)),
            ]
            #expect(text == JSONObject(expected).rendered())
            #expect(try JSONObject(parsing: text) == JSONObject(expected))
        }
    }

    @Test("Integers", arguments: [0, 7, -1, 10, 1_800_000_000, Int64.max, Int64.min])
    func integers(_ number: Int64) {
        var writer = JSONObjectWriter(capacity: 0)
        writer.member("n", number)
        #expect(writer.finished() == Array("{\"n\":\(number)}".utf8))
    }

    @Test("A copy continues from its state and does not affect the original")
    func copies() {
        var common = JSONObjectWriter()
        common.member("iss", "https://as.example")
        var first = common
        first.reserve(512)
        first.member("sub", "a")
        var second = common
        second.member("sub", "b")
        #expect(first.finished() == Array(#"{"iss":"https://as.example","sub":"a"}"#.utf8))
        #expect(second.finished() == Array(#"{"iss":"https://as.example","sub":"b"}"#.utf8))
        #expect(JSONObjectWriter().finished() == Array("{}".utf8))
    }
}

@Suite("Random bytes")
struct RandomBytesTests {
    @Test("have the requested count, and are different each time", arguments: [0, 1, 8, 16, 28, 255, 256])
    func count(_ count: Int) {
        let bytes = RandomBytes.make(count)
        #expect(bytes.count == count)
        guard count >= 8 else { return }
        #expect(RandomBytes.make(count) != bytes)
        #expect(Set(bytes).count > 1)
    }
}
