import CountersignJOSE
import Testing

@Suite("RFC 8259: strict JSON")
struct JSONTests {
    @Test(
        "is parsed",
        arguments: [
            "{}", " { } ", "{\"a\":1}", "{\"a\":[1,2,[]],\"b\":{\"a\":null}}", "{\"a\":-0.5e+10}", "{\"a\":0}",
            "{\"\":true}", "{\"a\":\"\\u00e9\\ud83d\\ude00\\n\\/\"}", "{\"a\":\"é\u{1F600}\"}",
            "{\"a\":1E5,\"A\":false}",
            "{\"e\u{301}\":1,\"\u{E9}\":2}", "{\"a\":\"\u{7F}\"}", "{\"a\":1e400}", "\t{\r\n\"a\" : 1 }\n",
        ])
    func accepted(_ text: String) throws {
        let object = try JSONObject(parsing: Array(text.utf8))
        #expect(try JSONObject(parsing: object.rendered()) == object)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let text: [UInt8]
        let reason: JSONError.Reason
        var testDescription: String { "\(reason): \(String(decoding: text.prefix(40), as: UTF8.self))" }

        init(_ text: String, _ reason: JSONError.Reason) {
            self.init(Array(text.utf8), reason)
        }

        init(_ text: [UInt8], _ reason: JSONError.Reason) {
            self.text = text
            self.reason = reason
        }

        static let all: [Refused] = [
            .init("", .unexpectedEnd), .init("[]", .notAnObject), .init("1", .notAnObject), .init("null", .notAnObject),
            .init("{} {}", .trailingCharacters), .init("{}x", .trailingCharacters), .init("{}\0", .trailingCharacters),
            .init("\u{FEFF}{}", .unexpectedCharacter), .init("{\"a\":1,}", .unexpectedCharacter),
            .init("{\"a\":[1,]}", .unexpectedCharacter), .init("{a:1}", .unexpectedCharacter),
            .init("{'a':1}", .unexpectedCharacter), .init("{\"a\" 1}", .unexpectedCharacter),
            .init("{\"a\":", .unexpectedEnd),
            .init("{\"a\":\"", .unexpectedEnd), .init("{\"a\":tru}", .unexpectedCharacter),
            .init("{\"a\":NaN}", .unexpectedCharacter), .init("{\"a\":Infinity}", .unexpectedCharacter),
            .init("{\"a\":+1}", .unexpectedCharacter), .init("{\"a\":01}", .invalidNumber),
            .init("{\"a\":-}", .invalidNumber),
            .init("{\"a\":1.}", .invalidNumber), .init("{\"a\":.5}", .unexpectedCharacter),
            .init("{\"a\":1e}", .invalidNumber),
            .init("{\"a\":0x10}", .unexpectedCharacter), .init("{\"a\":/**/1}", .unexpectedCharacter),
            .init("{\"a\":\"\\x\"}", .invalidString), .init("{\"a\":\"\\u12\"}", .invalidString),
            .init("{\"a\":\"\\ud800\"}", .invalidString), .init("{\"a\":\"\\udc00\"}", .invalidString),
            .init("{\"a\":\"\\ud800\\u0041\"}", .invalidString), .init("{\"a\":\"\n\"}", .invalidString),
            .init("{\"a\":\"\t\"}", .invalidString), .init("{\"a\":1,\"a\":2}", .duplicateMember),
            .init("{\"a\":1,\"\\u0061\":2}", .duplicateMember), .init("{\"x\":[{\"a\":1,\"a\":2}]}", .duplicateMember),
            .init("{\"a\":{\"a\":{\"b\":1,\"b\":1}}}", .duplicateMember),
            .init("{\(manyMembers),\"m3\":0}", .duplicateMember), .init("{\(manyMembers),\"m18\":0}", .duplicateMember),
            .init(nested(9), .tooDeep), .init("{\"a\":" + String(repeating: "[", count: 10_000), .tooDeep),
            .init([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], .invalidString),
            .init([0x7B, 0x22, 0xC0, 0x80, 0x22, 0x3A, 0x31, 0x7D], .invalidString),
            .init([0x7B, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x3A, 0x31, 0x7D], .invalidString),
            .init([0xFE, 0xFF, 0x00, 0x7B, 0x00, 0x7D], .unexpectedCharacter),
            .init([0x7B, 0x00, 0x7D, 0x00], .unexpectedCharacter),
        ]

        private static let manyMembers = (0..<20).map { "\"m\($0)\":0" }.joined(separator: ",")
    }

    private static func nested(_ depth: Int) -> String {
        String(repeating: "{\"a\":", count: depth - 1) + "{}" + String(repeating: "}", count: depth - 1)
    }

    @Test("is refused with the reason", arguments: Refused.all)
    func refused(_ example: Refused) {
        #expect { try JSONObject(parsing: example.text) } throws: { ($0 as? JSONError)?.reason == example.reason }
    }

    @Test("A byte order mark is skipped only before a document (RFC 8259 §8.1)")
    func byteOrderMark() throws {
        let (mark, text): ([UInt8], [UInt8]) = ([0xEF, 0xBB, 0xBF], Array(#" {"a":1}"#.utf8))
        #expect(try JSONObject(document: mark + text) == JSONObject(parsing: text))
        #expect(try JSONObject(document: text) == JSONObject(parsing: text))
        #expect(throws: JSONError(.unexpectedCharacter, at: 0)) { try JSONObject(parsing: mark + text) }
        for twice in [mark + mark + text, mark + [0x20] + mark + text] {
            #expect(throws: JSONError.self) { try JSONObject(document: twice) }
        }
        #expect(throws: JSONError(.unexpectedEnd, at: 3)) { try JSONObject(document: mark) }
        #expect(throws: JSONError(.notAnObject, at: 3)) { try JSONObject(document: mark + Array("[]".utf8)) }
        let littleEndian: [UInt8] = text.flatMap { [$0, 0] as [UInt8] }
        for utf16: [UInt8] in [littleEndian, [0xFF, 0xFE] + littleEndian, [0xFE, 0xFF, 0] + littleEndian] {
            #expect(throws: JSONError(.utf16, at: 0)) { try JSONObject(document: utf16) }
        }
    }

    @Test("The stack does not grow with the depth or the length of the text")
    func longAndDeep() {
        for part in ["[", "{\"a\":", "[[],", "{\"a\":[],\"b\":", "\"\\\"", " ", "1", "-", "[]", "{}", ","] {
            let text = Array((0..<100_000).reduce(into: "{\"a\":") { text, _ in text += part }.utf8)
            #expect(throws: JSONError.self) { try JSONObject(parsing: text) }
            #expect(throws: JSONError.self) { try JSONObject(document: [0xEF, 0xBB, 0xBF] + text) }
        }
        #expect(throws: Never.self) {
            try JSONObject(parsing: Array("{\"a\":[\(String(repeating: "[],", count: 100_000))1]}".utf8))
        }
    }

    @Test("is accepted up to a depth of eight")
    func depth() throws {
        #expect(try JSONObject(parsing: Array(Self.nested(8).utf8)).members.count == 1)
        #expect(throws: JSONError.self) { try JSONObject(parsing: Array(Self.nested(9).utf8)) }
    }

    @Test("RFC 3986 §6.2.1: names and strings are compared by bytes")
    func bytes() throws {
        let object = try JSONObject(parsing: Array("{\"\u{E9}\":1}".utf8))
        #expect(object["\u{E9}"] != nil)
        #expect(object["e\u{301}"] == nil)
        #expect(ExactString("\u{E9}") != ExactString("e\u{301}"))
        #expect(Set<ExactString>(["\u{E9}", "e\u{301}"]).count == 2)
    }

    @Test("A number keeps its text, and one that is too large is infinite and does not trap")
    func numbers() throws {
        let object = try JSONObject(parsing: Array("{\"a\":1e400,\"b\":9007199254740993,\"c\":-1E-400}".utf8))
        guard case .number(let large)? = object["a"], case .number(let exact)? = object["b"] else {
            Issue.record("no numbers")
            return
        }
        #expect(large.double == .infinity)
        #expect(exact.literal == "9007199254740993")
        #expect(object.render() == "{\"a\":1e400,\"b\":9007199254740993,\"c\":-1E-400}")
    }
}

@Suite("RFC 4648 §5: strict base64url")
struct Base64URLTests {
    @Test(
        "has exactly one encoding for each sequence of bytes",
        arguments: [
            ("", []), ("AA", [0]), ("AAA", [0, 0]), ("AAAA", [0, 0, 0]), ("-_8", [0xFB, 0xFF]),
            ("Zm9v", [102, 111, 111]),
        ] as [(String, [UInt8])])
    func accepted(_ text: String, _ bytes: [UInt8]) {
        #expect(Base64URL.decode(text) == bytes)
        #expect(Base64URL.encode(bytes) == text)
    }

    @Test(
        "is refused with padding, white space, another alphabet, an impossible length or trailing bits",
        arguments: ["A", "AAAAA", "AA==", "AAA=", "AA\n", " AA", "A+", "A/", "AB", "AAB", "é", "AA.A", "\0\0"])
    func refused(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("Every length can be encoded and decoded")
    func roundTrip() {
        for length in 0..<200 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
    }
}
