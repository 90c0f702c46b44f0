@_exported import Server

/// A command line for a POSIX shell, for messages that say what to do next.
package enum ShellCommand {
    /// Returns `countersign` with its arguments, each quoted if the shell needs it.
    package static func text(_ arguments: [String]) -> String {
        (["countersign"] + arguments.map(word)).joined(separator: " ")
    }

    /// Returns a command with a name and options after it, see `arguments`.
    package static func text(_ command: [String], on name: String, _ options: [String] = []) -> String {
        text(arguments(command, on: [name], options))
    }

    /// Returns a command with names and options after it; if a name looks like an option, all come last, after `--`.
    ///
    /// - Parameter names: those that the command takes without an option, in its order.
    package static func arguments(_ command: [String], on names: [String], _ options: [String] = []) -> [String] {
        command + (names.contains { $0.hasPrefix("-") } ? options + ["--"] + names : names + options)
    }

    /// `countersign client edit ID OPTIONS`.
    package static func edit(_ client: ClientID, _ options: [String]) -> String {
        text(["client", "edit"], on: client.text, options)
    }

    /// `countersign client key VERB ID KEY OPTIONS`.
    ///
    /// - Parameter key: its `kid` or thumbprint.
    package static func key(_ verb: String, _ key: String, of client: ClientID, _ options: [String] = []) -> String {
        text(arguments(["client", "key", verb], on: [client.text, key], options))
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
        // Z shell looks for a program of the name after an equals sign.
        !text.isEmpty && !text.hasPrefix("=")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./:=,@%+".contains($0)) }
    }

    /// Returns a form with escapes for invisible characters: what `printf` prints, or, because the shell removes line breaks at its end, the
    /// form `$'…'`, which dash does not have.
    private static func escaped(_ text: String) -> String {
        text.utf8.last == UInt8(ascii: "\n") ? "$'\(octal(text))'" : "\"$(printf '\(octal(text))')\""
    }

    private static func octal(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            switch byte {
            // Those that mean something to `printf`, in quotes, or as a command of the shell's history.
            case 0x20..<0x7F where !"'\\%!\"-".utf8.contains(byte): result.unicodeScalars.append(UnicodeScalar(byte))
            default:
                // Three digits, so that a following digit is not parsed as part of the escape.
                let digits = String(byte, radix: 8)
                result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
    }
}
