/// A page of docs/errors in HTML, from Markdown headings, paragraphs, lists and code. Text is escaped, although the pages are our own.
struct HTMLPage {
    let text: String

    init(markdown: String, title: String) {
        var body = ""
        var open: Block?
        func close() {
            if let block = open { body += "</\(block.rawValue)>\n" }
            open = nil
        }
        func begin(_ block: Block) {
            guard open != block else { return }
            close()
            body += "<\(block.rawValue)>"
            open = block
        }
        for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if open == .pre { close() } else { begin(.pre) }
            } else if open == .pre {
                body += Self.escaped(line) + "\n"
            } else if line.isEmpty {
                close()
            } else if line.hasPrefix("## ") {
                close()
                body += "<h2>\(Self.inline(line.dropFirst(3)))</h2>\n"
            } else if line.hasPrefix("# ") {
                close()
                body += "<h1>\(Self.inline(line.dropFirst(2)))</h1>\n"
            } else if line.hasPrefix("- ") {
                begin(.bullets)
                body += "<li>\(Self.inline(line.dropFirst(2)))</li>\n"
            } else if let item = Self.numbered(line) {
                begin(.numbers)
                body += "<li>\(Self.inline(item))</li>\n"
            } else {
                begin(.paragraph)
                body += Self.inline(line) + "\n"
            }
        }
        close()
        text = """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>\(Self.escaped(title[...])) · Countersign</title><style>\(Self.style)</style></head>
            <body><main>
            \(body)</main></body></html>

            """
    }

    private enum Block: String {
        case paragraph = "p"
        case bullets = "ul"
        case numbers = "ol"
        case pre = "pre"
    }

    private static let style =
        "body{font:1rem/1.6 system-ui,sans-serif;margin:2rem auto;max-width:42rem;padding:0 1rem}"
        + "code,pre{font-family:ui-monospace,monospace;background:#8882;border-radius:.2rem;padding:.1rem .25rem}"
        + "pre{padding:.75rem;overflow:auto}:root{color-scheme:light dark}"

    /// Parses `1. item`.
    private static func numbered(_ line: Substring) -> Substring? {
        let digits = line.prefix { $0.isNumber }
        guard !digits.isEmpty, line.dropFirst(digits.count).hasPrefix(". ") else { return nil }
        return line.dropFirst(digits.count + 2)
    }

    /// Renders `code` and **bold**.
    private static func inline(_ line: Substring) -> String {
        line.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, piece in
            let escaped = escaped(piece)
            guard index.isMultiple(of: 2) else { return "<code>\(escaped)</code>" }
            return escaped.split(separator: "**", omittingEmptySubsequences: false).enumerated()
                .map { $0.isMultiple(of: 2) ? String($1) : "<strong>\($1)</strong>" }.joined()
        }.joined()
    }

    private static func escaped(_ text: Substring) -> String {
        String(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
