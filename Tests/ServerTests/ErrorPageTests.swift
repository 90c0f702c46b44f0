import Countersign
import Foundation
import Testing

@testable import Server

@Suite("Error pages")
struct ErrorPageTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../docs/errors").standardizedFileURL

    @Test("are the built-in files of docs/errors, each titled with its code", arguments: RejectionCode.allCases)
    func rejection(_ code: RejectionCode) throws {
        try check(code.rawValue, ErrorPage.markdown(for: code), ErrorPageExamples.lines(code))
    }

    @Test("exist for the codes of RFC 6749 too", arguments: OAuthError.Code.allCases)
    func oauth(_ code: OAuthError.Code) throws {
        try check(code.rawValue, ErrorPage.markdown(for: code), try ErrorPageExamples.lines(code))
    }

    @Test("do not exist for other codes")
    func nothingElse() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        let codes = RejectionCode.allCases.map(\.rawValue) + OAuthError.Code.allCases.map(\.rawValue)
        #expect(Set(files) == Set(codes.map { "\($0).md" }))
    }

    @Test("render code, lists and headings, and escape everything")
    func html() {
        let page = HTMLPage(
            markdown: "# a\n\ntext `<b>` **bold**\n\n- one\n- two\n\n1. first\n\n```\nx < y\n```\n", title: "a")
        for part in [
            "<h1>a</h1>", "<code>&lt;b&gt;</code>", "<strong>bold</strong>", "<ul><li>one</li>", "<ol><li>first</li>",
            "<pre>x &lt; y\n</pre>",
        ] { #expect(page.text.contains(part)) }
    }

    /// The queries of the redirects that pages show.
    private static let redirects: [(code: OAuthError.Code, query: String)] = OAuthError.Code.allCases.compactMap {
        code in
        let page = String(decoding: ErrorPage.markdown(for: code), as: UTF8.self)
        let match = page.firstMatch(of: /\nLocation: https:\/\/app\.example\/callback\?(\S+)\n/)
        return match.map { (code, String($0.1)) }
    }

    @Test("show redirects with all parameters, as the authorization endpoint writes them", arguments: redirects)
    func redirect(_ code: OAuthError.Code, _ query: String) throws {
        var client = ClientRecord(id: "app", name: "App", createdAt: UnixTime(seconds: 0))
        client.signIn.redirectURIs = ["https://app.example/callback"]
        let response = AuthorizationResponse(
            error: OAuthError(code, try #require(try Form(parsing: query.utf8).text("error_description"))),
            to: try ResponseDestination(try Form(parsing: "state=af0ifjsldkj".utf8), of: client),
            issuer: "https://as.example")
        #expect(FormWriter.encoded(response.parameters) == query)
    }

    /// - Parameter examples: the server's wording, which the page must quote, as text or in a redirect.
    private func check(_ code: String, _ page: [UInt8], _ examples: [String]) throws {
        let text = String(decoding: page, as: UTF8.self)
        #expect(text.hasPrefix("# \(code)\n"))
        for heading in [
            "## What it means", "## Usual causes", "## What the client's developer does", "## What the operator does",
            "## Example",
        ] { #expect(text.contains("\n\(heading)\n\n")) }
        for example in examples {
            let inRedirect = FormWriter.encoded([("error_description", example)])
            #expect(text.contains(example) || text.contains(inRedirect))
        }
        let file = try Data(contentsOf: Self.folder.appendingPathComponent("\(code).md"))
        #expect(Array(file) == page)
    }
}
