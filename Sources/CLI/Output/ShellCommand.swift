import Countersign
import CountersignClient

/// A command as a person types it into a POSIX shell, for messages that say what to do next.
enum ShellCommand {
    /// `countersign` with its arguments, each quoted where the shell would read it differently.
    static func text(_ arguments: [String]) -> String {
        (["countersign"] + arguments.map(word)).joined(separator: " ")
    }

    /// A command on what is named, options behind it; before it where the name would be taken for an option.
    static func text(_ command: [String], on name: String, _ options: [String] = []) -> String {
        text(command + (name.hasPrefix("-") ? options + ["--", name] : [name] + options))
    }

    /// `countersign client edit ID OPTIONS`.
    static func edit(_ client: ClientID, _ options: [String]) -> String {
        text(["client", "edit"], on: client.text, options)
    }

    /// `countersign client show ID`.
    static func show(_ client: String) -> String { text(["client", "show"], on: client) }

    /// `countersign keystore import FILE --alias ALIAS`.
    static func importing(as alias: String) -> String {
        text(["keystore", "import", "FILE"] + option("--alias", alias))
    }

    /// An option and its value; with the equals sign where the value would be taken for an option of its own.
    static func option(_ name: String, _ value: String) -> [String] {
        value.hasPrefix("-") ? ["\(name)=\(value)"] : [name, value]
    }

    /// One word, quoted only where it has to be.
    static func word(_ text: String) -> String {
        if !text.isEmpty, text.allSatisfy(isPlain) { return text }
        return VisibleText.of(text) == text ? TokenRequest.quoted(text) : escaped(text)
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_./:=,@%+".contains(character))
    }

    /// Characters that a terminal does not show, as escapes in the form of bash and zsh.
    private static func escaped(_ text: String) -> String {
        text.utf8.reduce(into: "$'") { result, byte in
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\\"): result += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7F: result.unicodeScalars.append(UnicodeScalar(byte))
            default:
                // Three digits, so that a digit that follows is not taken for a part of it.
                let digits = String(byte, radix: 8)
                result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        } + "'"
    }
}
