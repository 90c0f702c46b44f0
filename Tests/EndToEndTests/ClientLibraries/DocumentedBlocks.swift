import Foundation
import TestSupport
import Testing

/// A block of a page in docs that a comment above it marks as runnable.
struct DocumentedBlock: Sendable, CustomTestStringConvertible {
    /// The section's heading.
    let library: String
    /// The program that runs the block.
    let program: String
    /// Whether a person signs in when it asks for input.
    let needsPerson: Bool
    /// The file that it is, if several blocks belong together.
    let name: String?
    let source: String

    var testDescription: String { needsPerson ? "a person signs in with \(library)" : library }

    /// The blocks of docs/client-libraries.md.
    static let all = blocks(of: "client-libraries.md")

    /// Returns the blocks of a page.
    static func blocks(of page: String) -> [DocumentedBlock] { blocks(in: text(of: page)) }

    /// Expects that the tests of a page use each of its blocks, and that each block to type or to save has a mark.
    static func expect(
        _ page: String, isCoveredBy names: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = blocks(of: page).map { $0.name ?? "a block without a name" }
        #expect(Set(found) == Set(names), sourceLocation: sourceLocation)
        let lines = text(of: page).split(separator: "\n", omittingEmptySubsequences: false)
        let unmarked = zip(lines, lines.dropFirst()).filter {
            ["```sh", "```python", "```toml"].contains($1) && !$0.hasPrefix("<!-- run: ")
        }
        #expect(unmarked.map(\.1) == [], sourceLocation: sourceLocation)
    }

    private static func text(of page: String) -> String {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/" + page)
        return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    }

    /// Returns the source of a named block of a page, with a test's issuer in place of the page's.
    static func source(_ name: String, of page: String, issuer: String) throws -> String {
        guard let block = blocks(of: page).first(where: { $0.name == name }) else {
            throw TestFailure("docs/\(page) has no block \(name)")
        }
        return ["https://auth.example.com", "http://127.0.0.1:9443"].reduce(block.source) {
            $0.replacingOccurrences(of: $1, with: issuer)
        }
    }

    private static func blocks(in text: String) -> [DocumentedBlock] {
        var blocks: [DocumentedBlock] = []
        var library = ""
        var mark: (program: String, needsPerson: Bool, name: String?)?
        var lines: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let open = lines {
                guard line == "```" else {
                    lines = open + [line]
                    continue
                }
                if let mark {
                    blocks.append(
                        DocumentedBlock(
                            library: library, program: mark.program, needsPerson: mark.needsPerson, name: mark.name,
                            source: open.joined(separator: "\n") + "\n"))
                }
                (lines, mark) = (nil, nil)
            } else if line.hasPrefix("```") {
                lines = []
            } else if line.hasPrefix("## ") {
                library = String(line.dropFirst(3))
            } else if let match = line.wholeMatch(of: /<!-- run: (\w+)( with a person)?(?: as ([\w.]+))? -->/) {
                mark = (String(match.1), match.2 != nil, match.3.map(String.init))
            }
        }
        return blocks
    }
}
