import Foundation
import Testing

/// The blocks of docs/client-libraries.md that a comment above them marks to be run.
struct DocumentedBlock: Sendable, CustomTestStringConvertible {
    /// The heading of the section.
    let library: String
    /// The program that runs it.
    let program: String
    let source: String

    var testDescription: String { library }

    static let all: [DocumentedBlock] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/client-libraries.md")
        guard let text = try? String(contentsOf: path, encoding: .utf8) else { return [] }
        return blocks(in: text)
    }()

    private static func blocks(in text: String) -> [DocumentedBlock] {
        var blocks: [DocumentedBlock] = []
        var library = ""
        var program: String?
        var lines: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let open = lines {
                guard line == "```" else {
                    lines = open + [line]
                    continue
                }
                if let program {
                    let source = open.joined(separator: "\n") + "\n"
                    blocks.append(DocumentedBlock(library: library, program: program, source: source))
                }
                (lines, program) = (nil, nil)
            } else if line.hasPrefix("```") {
                lines = []
            } else if line.hasPrefix("## ") {
                library = String(line.dropFirst(3))
            } else if let match = line.wholeMatch(of: /<!-- run: (\w+) -->/) {
                program = String(match.1)
            }
        }
        return blocks
    }
}
