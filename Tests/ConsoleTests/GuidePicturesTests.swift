import Foundation
import Testing

/// The pictures of the guides are screenshots of the browser walks, which `make pictures` copies. Each walk fails that has not made all pictures
/// that it names.
@Suite("The pictures of the guides")
struct GuidePicturesTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func files(_ folder: String, _ ending: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: root.appending(path: folder), includingPropertiesForKeys: nil)
            .filter { $0.lastPathComponent.hasSuffix(ending) }
    }

    private static func names(in files: [URL], _ pattern: Regex<(Substring, Substring)>) throws -> [String] {
        try files.flatMap { try String(contentsOf: $0, encoding: .utf8).matches(of: pattern).map { String($0.1) } }
    }

    @Test("Each picture is shown by a page of docs/ and made by one walk, and each that is shown or made is there")
    func names() throws {
        let there = Set(try Self.files("docs/pictures", "").map(\.lastPathComponent))
        let pages = try Self.files("docs", ".md") + [Self.root.appending(path: "README.md")]
        let shown = try Self.names(in: pages, /\]\((?:docs\/)?pictures\/([^)\s]+)\)/)
        let made = try Self.names(
            in: Self.files("Tests/EndToEndTests/Browser/Programs", "_walk.py"), /looks\.guide\(page, "([\w-]+)"/
        ).map { $0 + ".png" }
        #expect(there.count > 10)
        #expect(Set(shown) == there)
        #expect(Set(made) == there)
        #expect(made.count == Set(made).count)
    }
}
