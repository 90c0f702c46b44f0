import Testing

@testable import Server

@Suite("RFC 6749 appendix B: application/x-www-form-urlencoded")
struct FormTests {
    @Test(
        "is decoded with its character set",
        arguments: [
            ("a=b", FormEncoding.utf8, "b"), ("a=b+c%20d", .utf8, "b c d"), ("a=%C3%A9", .utf8, "é"),
            ("a=%E9", .latin1, "é"), ("a=%80", .latin1, "\u{80}"), ("a=%FF", .latin1, "ÿ"), ("a=%41%42", .ascii, "AB"),
            ("a=%3d%26", .utf8, "=&"), ("a=b=c", .utf8, "b=c"), ("&&a=b&", .utf8, "b"), ("%61=b", .utf8, "b"),
        ])
    func decoding(_ form: String, _ encoding: FormEncoding, _ value: String) throws {
        #expect(try Form(parsing: form.utf8, encoding: encoding).text("a").map { Array($0.utf8) } == Array(value.utf8))
    }

    @Test(
        "is refused if ambiguous or malformed",
        arguments: [
            ("a=1&a=2", FormEncoding.utf8, FormError.sentTwice("a")), ("a=1&%61=2", .utf8, .sentTwice("a")),
            ("a=&a=2", .utf8, .sentTwice("a")), ("a&a", .utf8, .sentTwice("a")), ("a=%", .utf8, .brokenPercentEncoding),
            ("a=%4", .utf8, .brokenPercentEncoding), ("a=%4G", .utf8, .brokenPercentEncoding),
            ("a=%FF", .utf8, .outsideCharacterSet), ("a=%C3", .utf8, .outsideCharacterSet),
            ("a=%ED%A0%80", .utf8, .outsideCharacterSet), ("a=%E9", .ascii, .outsideCharacterSet),
        ])
    func refused(_ form: String, _ encoding: FormEncoding, _ error: FormError) {
        #expect(throws: error) { try Form(parsing: form.utf8, encoding: encoding) }
    }

    @Test(
        "RFC 8707 §2, RFC 8693 §2.1: keeps every value of resource and audience",
        arguments: [
            ("resource=https://a/&resource=https://b/", ["https://a/", "https://b/"], []),
            ("audience=a&x=1&audience=b&resource=c", ["c"], ["a", "b"]),
            ("resource=a&resource=a&%72esource=", ["a", "a"], []),
            ("x=1", [], []),
        ])
    func repeated(_ form: String, _ resources: [String], _ audiences: [String]) throws {
        let form = try Form(parsing: form.utf8)
        #expect(form.values("resource") == resources)
        #expect(form.values("audience") == audiences)
    }

    @Test("refuses repetition of similarly named parameters", arguments: ["Resource", "resources", "aud"])
    func notRepeated(_ name: String) {
        #expect(throws: FormError.sentTwice(name)) { try Form(parsing: "\(name)=1&\(name)=2".utf8) }
    }

    @Test("has at most 64 parameters")
    func count() throws {
        let parameters = (0..<65).map { "p\($0)=1" }
        #expect(try Form(parsing: parameters.dropLast().joined(separator: "&").utf8).text("p63") == "1")
        #expect(throws: FormError.tooManyParameters) { try Form(parsing: parameters.joined(separator: "&").utf8) }
    }

    @Test("RFC 6749 §3.2: a parameter without a value counts as not sent")
    func empty() throws {
        let form = try Form(parsing: "a=&b&c=1".utf8)
        #expect(form.text("a") == nil)
        #expect(form.text("b") == nil)
        #expect(form.text("c") == "1")
    }
}

@Suite("A form of the maximum request length")
struct LongFormTests {
    @Test(
        "is parsed, or refused for its number of parameters",
        arguments: ["&", "=", "a=&", "a", "%41", "%", "+", "&=", "=&", "a=b&", "%C3%A9", "\u{FEFF}"])
    func long(_ part: String) {
        let body = String(repeating: part, count: 65_536 / part.utf8.count)
        for text in [body, "a=" + body, body + "=a"] {
            for encoding in [FormEncoding.utf8, .ascii, .latin1] {
                do {
                    let form = try Form(parsing: text.utf8, encoding: encoding)
                    #expect((form.bytes("a")?.count ?? 0) <= 2 * text.utf8.count)
                } catch {
                    #expect(!String(describing: error).isEmpty)
                }
            }
        }
    }

    @Test("with one parameter more than allowed is refused")
    func tooMany() throws {
        let pairs = (0...Form.maximumParameters).map { "p\($0)=1" }
        #expect(throws: FormError.tooManyParameters) { try Form(parsing: pairs.joined(separator: "&").utf8) }
        #expect(try Form(parsing: pairs.dropLast().joined(separator: "&").utf8).text("p63") == "1")
    }
}

@Suite("RFC 9110 §8.3: the content type of a form")
struct FormEncodingTests {
    @Test(
        "is recognised regardless of case and spacing",
        arguments: [
            ("application/x-www-form-urlencoded", FormEncoding.utf8),
            ("application/x-www-form-urlencoded;charset=UTF-8", .utf8),
            ("application/x-www-form-urlencoded; charset=utf-8", .utf8),
            ("APPLICATION/X-WWW-FORM-URLENCODED ;\tCHARSET=\"Utf-8\"", .utf8),
            ("application/x-www-form-urlencoded;charset=ISO-8859-1", .latin1),
            ("application/x-www-form-urlencoded;charset=us-ascii", .ascii),
            ("application/x-www-form-urlencoded;", .utf8),
            ("application/x-www-form-urlencoded;charset=utf-7", nil),
            ("application/x-www-form-urlencoded;charset=", nil), ("application/x-www-form-urlencoded;charset", nil),
            ("application/x-www-form-urlencoded;charset=utf-8;charset=utf-8", nil),
            ("application/x-www-form-urlencoded;q=1", nil), ("application/x-www-form-urlencoded2", nil),
            ("application/json", nil), ("", nil), (";charset=utf-8", nil),
        ] as [(String, FormEncoding?)])
    func contentType(_ text: String, _ encoding: FormEncoding?) {
        #expect(FormEncoding(contentType: text) == encoding)
    }
}
