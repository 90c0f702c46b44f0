import TOMLKit

/// The reason why a file is not accepted as TOML.
package struct TOMLError: Error, Equatable {
    /// `nil` if the fault concerns the whole file.
    package let line: Int?
    package let phrase: String
}

/// A TOML file whose values have line numbers.
package struct TOMLDocument {
    package let root: TOMLTable
    private let lines: TOMLLines

    /// In bytes.
    package static let maximumLength = 1_048_576

    package init(_ bytes: [UInt8]) throws(TOMLError) {
        func refused(_ phrase: String, line: Int? = nil) -> TOMLError { TOMLError(line: line, phrase: phrase) }
        guard bytes.count <= Self.maximumLength else { throw refused("the file is longer than 1 MiB") }
        // A byte order mark would become part of the first key.
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let text = String(validating: bytes, as: UTF8.self) else { throw refused("the file is not UTF-8") }
        // The parser takes a C string.
        guard !bytes.contains(0) else { throw refused("the file has a NUL byte") }
        var scanner = TOMLScanner(bytes)
        if let fault = scanner.firstFault() { throw refused(fault.rawValue, line: scanner.line) }
        do {
            root = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw refused("not valid TOML: \(error.shortDescription)", line: error.source.begin.line)
        } catch {
            throw refused("not valid TOML: \(error)")
        }
        lines = TOMLLines(bytes)
    }

    /// Returns the line of a value or a table, counted from 1; `nil` if it is uncertain.
    package func line(of steps: [TOMLLines.Step]) -> Int? { lines.line(of: steps) }
}

extension TOMLParseError {
    /// The key that is set twice, or else the parser's message, shortened because it may quote a whole line of the file.
    fileprivate var shortDescription: String {
        var words = description[...]
        if words.hasPrefix("Error while parsing "), let colon = words.firstRange(of: ": ") {
            words = words[colon.upperBound...]
        }
        if words.hasPrefix("cannot redefine existing "), let name = words.firstIndex(of: "'") {
            words = words[name...].prefix { $0 != "\n" }
            // The existing value may follow.
            if let end = words.dropFirst().firstIndex(of: "'") { words = words[...end] }
            return String(decoding: words.utf8.prefix(300), as: UTF8.self) + " is set twice"
        }
        return words.utf8.count > 300 ? String(decoding: words.utf8.prefix(300), as: UTF8.self) + "…" : String(words)
    }
}
