@_exported import Server

/// A command line for a POSIX shell, for messages that say what to do next.
package enum ShellCommand {
    /// Returns `countersign` with its arguments, each quoted if the shell needs it.
    package static func text(_ arguments: [String]) -> String {
        (["countersign"] + arguments.map(word)).joined(separator: " ")
    }

    /// Returns a command with a name and options after it; a name that looks like an option comes last, after `--`.
    package static func text(_ command: [String], on name: String, _ options: [String] = []) -> String {
        text(command + (name.hasPrefix("-") ? options + ["--", name] : [name] + options))
    }

    /// `countersign client edit ID OPTIONS`.
    package static func edit(_ client: ClientID, _ options: [String]) -> String {
        text(["client", "edit"], on: client.text, options)
    }

    /// `countersign client show ID`.
    package static func show(_ client: String) -> String { text(["client", "show"], on: client) }

    /// `countersign keystore import FILE --alias ALIAS`.
    package static func importing(as alias: String) -> String {
        text(["keystore", "import", "FILE"] + option("--alias", alias))
    }

    /// Returns an option and its value, joined by an equals sign if the value looks like an option.
    package static func option(_ name: String, _ value: String) -> [String] {
        value.hasPrefix("-") ? ["\(name)=\(value)"] : [name, value]
    }

    /// Returns a word, quoted only if the shell needs it.
    package static func word(_ text: String) -> String {
        if isPlain(text) { return text }
        return VisibleText.of(text) == text ? shellQuoted(text) : escaped(text)
    }

    /// Returns whether every shell reads the text as a plain word, even if it is expanded repeatedly.
    package static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=,@%+".contains($0)) }
    }

    /// Returns the `$'…'` form of bash and zsh, with escapes for invisible characters.
    private static func escaped(_ text: String) -> String {
        text.utf8.reduce(into: "$'") { result, byte in
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\\"): result += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7F: result.unicodeScalars.append(UnicodeScalar(byte))
            default:
                // Three digits, so that a following digit is not parsed as part of the escape.
                let digits = String(byte, radix: 8)
                result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        } + "'"
    }
}
