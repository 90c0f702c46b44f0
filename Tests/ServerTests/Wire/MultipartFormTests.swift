import Testing

@testable import Server

@Suite("RFC 7578: multipart/form-data")
struct MultipartFormTests {
    private static let boundary = "----WebKitFormBoundaryx"

    /// Returns a body of parts, each a header without its blank line and a content.
    private static func body(_ parts: [(header: String, content: String)]) -> String {
        parts.map { "--\(boundary)\r\n\($0.header)\r\n\r\n\($0.content)\r\n" }.joined() + "--\(boundary)--\r\n"
    }

    private static func parse(_ body: String) throws -> MultipartForm {
        let boundary = try #require(MultipartBoundary(contentType: "multipart/form-data; boundary=\(boundary)"))
        return try MultipartForm(parsing: Array(body.utf8), boundary: boundary)
    }

    private static func field(_ name: String) -> String { "Content-Disposition: form-data; name=\"\(name)\"" }

    private static func file(_ name: String, _ fileName: String) -> String {
        "\(field(name)); filename=\"\(fileName)\"\r\nContent-Type: application/octet-stream"
    }

    @Test("has text fields and files")
    func form() throws {
        let form = try Self.parse(
            Self.body([
                (Self.field("alias"), "Bücher"), (Self.field("empty"), ""),
                (Self.file("file", "a.jks"), "\r\n--\r\n\u{0}--" + Self.boundary + "\r\r\n"),
                (Self.file("none", ""), ""),
            ]))
        #expect(form.fields.text("alias") == "Bücher")
        #expect(form.fields.text("empty") == nil)
        #expect(form.fields.text("file") == nil)
        let file = try #require(form.file("file"))
        #expect(file.label == "a.jks")
        #expect(file.content == Array("\r\n--\r\n\u{0}--\(Self.boundary)\r\r\n".utf8))
        #expect(form.file("none") == nil)
        #expect(form.file("alias") == nil)
        #expect(try Self.parse("--\(Self.boundary)--").file("file") == nil)
    }

    @Test(
        "RFC 7578 §7: a file's name is a label without folders and invisible characters",
        arguments: [
            ("../../etc/passwd", "passwd"), ("C:\\keys\\a b.jks", "a b.jks"), ("a/", ""), ("..", ".."),
            ("%22quoted%22.cer", "\"quoted\".cer"), ("<script>.pem", "<script>.pem"), ("a%0D%0Ab", "a%0D%0Ab"),
            ("a\u{202E}gpj.exe", "a\u{FFFD}gpj.exe"), ("a\tb\u{1}\u{7F}\u{85}", "a\u{FFFD}b\u{FFFD}\u{FFFD}\u{FFFD}"),
            ("e\u{301}.pem", "e\u{301}.pem"),
            (String(repeating: "x", count: 101), String(repeating: "x", count: 100) + "…"),
        ])
    func label(_ sent: String, _ label: String) throws {
        let form = try Self.parse(Self.body([(Self.file("file", sent), "x")]))
        #expect(form.file("file")?.label.unicodeScalars.elementsEqual(label.unicodeScalars) == true)
    }

    @Test(
        "ignores unknown fields of a part, and accepts what other clients write",
        arguments: [
            "content-disposition:form-data;name=\"a\"", "CONTENT-DISPOSITION: FORM-DATA; NAME=\"a\"  ",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=UTF-8",
            "Content-Length: 1\r\nContent-Disposition: form-data; name=\"a\"\r\nX: y",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: 8bit",
        ])
    func tolerated(_ header: String) throws {
        #expect(try Self.parse(Self.body([(header, "1")])).fields.text("a") == "1")
    }

    @Test(
        "refuses headers that are deprecated, ambiguous or malformed",
        arguments: [
            "", "X: y", "Content-Disposition: attachment; name=\"a\"", "Content-Disposition: form-data",
            "Content-Disposition: form-data; name=a", "Content-Disposition: form-data; name=\"a\" x",
            "Content-Disposition: form-data; name=\"a\\\"b\"", "Content-Disposition: form-data; name=\"\"",
            "Content-Disposition: form-data; name=\"a b\"", "Content-Disposition: form-data; name=\"a\u{301}\"",
            "Content-Disposition: form-data; name=\"a\"; name=\"b\"", "Content-Disposition: form-data; filename=\"b\"",
            "Content-Disposition: form-data; name=\"a\"; filename*=utf-8''b",
            "Content-Disposition: form-data; name=\"a\"; filename=\"b\"; filename=\"c\"",
            "Content-Disposition: form-data; name=\"a\"; x=\"y\"", "Content-Disposition: form-data; name=\"a\";",
            "Content-Disposition: form-data;\r\n name=\"a\"", "Content-Disposition : form-data; name=\"a\"",
            "Content-Disposition: form-data; name=\"a\nb\"", "Content-Disposition: form-data; name=\"a\0\"",
            "\(field("a"))\r\n\(field("b"))", "\(field("a"))\r\n--\(boundary): x", "\(field("a"))\r\n: x",
            "\(file("a", "b"))\r\nContent-Type: text/plain",
            "\(field("a"))\r\nContent-Type: multipart/mixed; boundary=x",
            "\(field("a")); filename=\"x\"\r\nContent-Type: Multipart/Mixed",
            "\(field("a"))\r\nContent-Type: text/plain; charset=utf-16",
            "\(field("a"))\r\nContent-Transfer-Encoding: base64", "\(field("a")); filename=\"x\u{22}\u{301}\"",
        ])
    func refused(_ header: String) {
        #expect {
            try Self.parse(Self.body([(header, "1")]))
        } throws: { error in
            if case MultipartError.header = error { true } else { false }
        }
    }

    @Test(
        "RFC 2046 §5.1.1: refuses other text around the boundaries",
        arguments: [
            ("", MultipartError.textBeforeFirstPart), ("\r\n--\(boundary)--", .textBeforeFirstPart),
            ("preamble\r\n--\(boundary)--", .textBeforeFirstPart), ("--other--", .textBeforeFirstPart),
            ("--\(boundary)", .cutShort), ("--\(boundary)\r\n", .cutShort), ("--\(boundary)-", .brokenBoundary),
            ("--\(boundary)x\r\n", .brokenBoundary), ("--\(boundary)--\r\nepilogue", .textAfterLastPart),
            ("--\(boundary)--x", .brokenBoundary), ("--\(boundary)--\r\n\r\n", .textAfterLastPart),
            ("--\(boundary)\n\(field("a"))\n\n1\n--\(boundary)--", .brokenBoundary),
            ("--\(boundary)\r\n\(field("a"))\r\n\r\n1", .cutShort),
            ("--\(boundary)\r\n\(field("a"))\r\n\r\n1\r\n--\(boundary)", .cutShort),
            ("--\(boundary)\r\n\(field("a"))\r\n\r\n--\(boundary)--", .cutShort),
            ("--\(boundary)\r\n\(field("a"))\r\n\r\n1\r\n--\(boundary)2\r\n", .brokenBoundary),
            ("--\(boundary)\r\n\(field("a"))\r\n--\(boundary)--\r\n\r\n", .cutShort),
        ])
    func boundaries(_ body: String, _ error: MultipartError) {
        #expect(throws: error) { try Self.parse(body) }
    }

    @Test("allows spaces after a boundary, and no line break at the end", arguments: ["", "\r\n", " \t", "  \r\n"])
    func padding(_ end: String) throws {
        let form = try Self.parse(
            "--\(Self.boundary) \t\r\n\(Self.field("a"))\r\n\r\n1\r\n--\(Self.boundary)--\(end)")
        #expect(form.fields.text("a") == "1")
    }

    @Test(
        "refuses a name that is repeated, as a field or a file",
        arguments: [
            [field("a"), field("a")], [field("a"), file("a", "x")], [file("a", "x"), field("a")],
            [file("a", "x"), file("a", "y")], [file("a", ""), file("a", "y")],
        ])
    func repeated(_ headers: [String]) {
        #expect(throws: MultipartError.form(.sentTwice("a"))) { try Self.parse(Self.body(headers.map { ($0, "1") })) }
    }

    @Test("refuses text that is not UTF-8, and leaves the bytes of a file alone")
    func encoding() throws {
        let boundary = try #require(MultipartBoundary(contentType: "multipart/form-data; boundary=b"))
        func body(_ header: String) -> [UInt8] {
            Array("--b\r\n\(header)\r\n\r\n".utf8) + [0xFF] + Array("\r\n--b--".utf8)
        }
        #expect(throws: MultipartError.form(.outsideCharacterSet)) {
            try MultipartForm(parsing: body(Self.field("a")), boundary: boundary)
        }
        #expect(try MultipartForm(parsing: body(Self.file("a", "x")), boundary: boundary).file("a")?.content == [0xFF])
    }

    @Test("has limits on parts, headers, names and text")
    func limits() throws {
        let parts = (0..<65).map { (Self.field("p\($0)"), "1") }
        #expect(try Self.parse(Self.body(parts.dropLast())).fields.text("p63") == "1")
        #expect(throws: MultipartError.form(.tooManyParameters)) { try Self.parse(Self.body(parts)) }
        let files = (0..<65).map { (Self.file("p\($0)", "x"), "1") }
        #expect(throws: MultipartError.form(.tooManyParameters)) { try Self.parse(Self.body(files)) }

        let longest = String(repeating: "n", count: 64)
        #expect(try Self.parse(Self.body([(Self.field(longest), "1")])).fields.text(longest) == "1")
        #expect(throws: MultipartError.self) { try Self.parse(Self.body([(Self.field(longest + "n"), "1")])) }

        let padding = String(repeating: "x", count: 2048 - Self.field("a").utf8.count - 4)
        #expect(
            try Self.parse(Self.body([("\(Self.field("a"))\r\nX:\(padding.dropLast())", "1")])).fields.text("a") == "1")
        #expect(throws: MultipartError.headerTooLong) {
            try Self.parse(Self.body([("\(Self.field("a"))\r\nX:\(padding)xx", "1")]))
        }

        let text = String(repeating: "t", count: 65_536)
        #expect(try Self.parse(Self.body([(Self.field("a"), text)])).fields.bytes("a")?.count == 65_536)
        #expect(throws: MultipartError.tooMuchText) {
            try Self.parse(Self.body([(Self.field("a"), text), (Self.field("b"), "1")]))
        }
        #expect(try Self.parse(Self.body([(Self.file("a", "x"), text + text)])).file("a")?.content.count == 131_072)
    }

    @Test("is read of a request after the checks of every form")
    func request() throws {
        func request(_ type: String?, _ body: EndpointRequest.Body, query: String? = nil) -> EndpointRequest {
            EndpointRequest(
                method: "POST", path: "/", query: query, headers: type.map { ["Content-Type": $0] } ?? [:], body: body)
        }
        let type = "multipart/form-data; boundary=\(Self.boundary)"
        let body = EndpointRequest.Body.bytes(Array(Self.body([(Self.field("a"), "1")]).utf8))
        #expect(try MultipartForm(of: request(type, body)).fields.text("a") == "1")
        func status(_ request: EndpointRequest) -> Int? {
            do {
                _ = try MultipartForm(of: request)
                return nil
            } catch {
                return error.status ?? error.code.status
            }
        }
        #expect(status(request(nil, body)) == 415)
        #expect(status(request("application/x-www-form-urlencoded", body)) == 415)
        #expect(status(request(type, .tooLarge(limit: 7))) == 413)
        #expect(status(request(type, .bytes([]))) == 400)
        #expect(status(request(type, body, query: "client_secret=x")) == 400)
    }
}

@Suite("RFC 2046 §5.1.1: the boundary")
struct MultipartBoundaryTests {
    @Test(
        "is read of the content type",
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"), ("Multipart/Form-Data;BOUNDARY=\"a b\"", "a b"),
            (
                "multipart/form-data ; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW ",
                "----WebKitFormBoundary7MA4YWxkTrZu0gW"
            ),
            ("multipart/form-data; boundary=\(String(repeating: "x", count: 70))", String(repeating: "x", count: 70)),
            ("multipart/form-data; boundary=\(String(repeating: "x", count: 71))", nil),
            ("multipart/form-data; boundary=", nil), ("multipart/form-data; boundary=\"\"", nil),
            ("multipart/form-data; boundary=\"a", nil), ("multipart/form-data; boundary=\"", nil),
            ("multipart/form-data; boundary=\"a \"", nil), ("multipart/form-data; boundary=a*b", nil),
            ("multipart/form-data; boundary=é", nil), ("multipart/form-data; boundary=a\"b", nil),
            ("multipart/form-data; boundary=a; boundary=b", nil), ("multipart/form-data; charset=utf-8", nil),
            ("multipart/form-data; boundary=a; charset=utf-8", nil), ("multipart/form-data", nil),
            ("multipart/mixed; boundary=a", nil), ("application/x-www-form-urlencoded; boundary=a", nil), ("", nil),
        ] as [(String, String?)])
    func boundary(_ contentType: String, _ boundary: String?) {
        #expect(MultipartBoundary(contentType: contentType)?.bytes == boundary.map { Array($0.utf8) })
    }
}
