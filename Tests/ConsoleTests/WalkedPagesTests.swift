import Foundation
import Testing

@testable import Console

/// `Tests/EndToEndTests/Browser/Programs/walked_pages.json` says which walk looks at which page of the console in a browser, and which one
/// sends its form, with and without JavaScript. A walk that does less than the table says fails (`walked_pages.py`).
@Suite("The pages that the browser walks visit")
struct WalkedPagesTests {
    private struct Table: Decodable {
        let pages: [String: [String: String]]
        /// Other states of pages, by the name of their picture.
        let views: [String: String]
    }

    private static let browser = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EndToEndTests/Browser")

    private static func table() throws -> Table {
        try JSONDecoder().decode(
            Table.self, from: Data(contentsOf: browser.appending(path: "Programs/walked_pages.json")))
    }

    /// The ways in which a browser must use a page.
    private static func uses(of page: any ConsolePage) -> Set<String> {
        if page is CertificateDownload { return ["opened", "plain"] }
        return Set(["axe", "plain"] + (page.takesForms ? ["sent", "sent_plain"] : []))
    }

    @Test(
        "Each page of the console is in the table, with axe and without JavaScript, and so is the sending of each form")
    func pages() throws {
        var expected = Dictionary(uniqueKeysWithValues: Console.pages.map { ($0.path, Self.uses(of: $0)) })
        expected[SetupLink.path] = ["axe", "plain", "sent", "sent_plain"]
        expected[SignOutEndpoint.path] = ["axe", "sent", "sent_plain"]
        let found = try Self.table().pages
        #expect(Set(found.keys) == Set(expected.keys))
        for (path, uses) in expected { #expect(Set(found[path, default: [:]].keys) == uses, "\(path)") }
    }

    @Test("Each walk of the table is a program that a test runs")
    func walks() throws {
        let table = try Self.table()
        let tests = try FileManager.default.contentsOfDirectory(at: Self.browser, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
        let walks = Set(table.pages.values.flatMap(\.values)).union(table.views.values)
        #expect(walks.count > 5)
        for walk in walks {
            #expect(tests.contains("\"\(walk).py\""), "\(walk)")
            let program = try String(
                contentsOf: Self.browser.appending(path: "Programs/\(walk).py"), encoding: .utf8)
            // It compares at the end.
            #expect(program.contains("walk.run("), "\(walk)")
        }
        for view in [
            "console-confirm-conflict", "console-client-conflict", "console-kept-old", "console-kept-ended",
            "console-ending", "console-ended", "full-disk", "console-dead-link", "console-no-access",
        ] {
            #expect(table.views[view] != nil, "\(view)")
        }
    }
}
