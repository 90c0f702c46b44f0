import Foundation
import Testing

/// A block of docs/client-libraries.md that a comment above it marks as runnable.
struct DocumentedBlock: Sendable, CustomTestStringConvertible {
    /// The section's heading.
    let library: String
    /// The program that runs the block.
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
