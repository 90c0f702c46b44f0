import CountersignClient

/// A command as a person types it into a POSIX shell, for messages that say what to do next.
enum ShellCommand {
    /// `countersign` with its arguments, each quoted where the shell would read it differently.
    static func text(_ arguments: [String]) -> String {
        (["countersign"] + arguments.map(word)).joined(separator: " ")
    }

    /// One word, quoted only where it has to be.
    static func word(_ text: String) -> String {
        !text.isEmpty && text.allSatisfy(isPlain) ? text : TokenRequest.quoted(text)
    }

    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_./:=,@%+".contains(character))
    }
}
