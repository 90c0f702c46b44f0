import Foundation
import Testing

@Suite("docs/conformance.md")
struct ConformancePageTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The modules of the page's tables, and whether each is said to have a test.
    private static func modules() throws -> [(name: String, isTested: Bool)] {
        let page = try String(contentsOf: root.appendingPathComponent("docs/conformance.md"), encoding: .utf8)
        return page.split(separator: "\n").compactMap { line in
            guard let match = line.firstMatch(of: /^\| `(oidcc-[\w-]+)` \| (\w+)/) else { return nil }
            return (String(match.1), match.2 == "tested")
        }
    }

    /// The modules that have a test of their name in this folder.
    private static func tests() throws -> Set<String> {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        var names: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) where file.hasSuffix(".swift") {
            let source = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            names.formUnion(source.matches(of: /@Test\(\s*"(oidcc-[\w-]+)"/).map { String($0.1) })
        }
        return names
    }

    @Test("names a test for each module that it calls tested, and names every test")
    func tested() throws {
        let modules = try Self.modules()
        let tests = try Self.tests()
        #expect(modules.count > 60)
        #expect(Set(modules.filter(\.isTested).map(\.name)) == tests)
        for module in modules where !module.isTested { #expect(!tests.contains(module.name), "\(module.name)") }
    }
}
