/// Values on the command line that begin with a hyphen, as one thumbprint or name of a secret in 64 does.
///
/// ArgumentParser takes their letters for flags. With an `h` among them, `client key revoke` printed its help and reported success, and the
/// key was not revoked. No option of Countersign has one hyphen and several letters, so such a word is a value, unless it is an option
/// that lacks its second hyphen. A word with two hyphens is a value only if it can be a thumbprint or the identifier of a session, which
/// has a character that no option has.
enum LeadingHyphens {
    /// Returns the arguments in a form in which each such value is read as one: `--name=-value`, or after `--` with the others that have no
    /// name, in their order.
    static func escaped(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        // The description of all commands is needed for such words alone.
        guard arguments[..<end].contains(where: { $0.wholeMatch(of: hyphenated) != nil }),
            let (command, path, _) = CommandTree.root?.follow(arguments)
        else { return arguments }
        let options = Set(command.optionNames + ["--help", "--version"])
        func isValue(_ word: String) -> Bool {
            guard word.wholeMatch(of: hyphenated) != nil else { return false }
            return !options.contains(word) && !options.contains("-" + word.prefix { $0 != "=" })
        }
        let valued = Set(command.allArguments.filter { $0.kind == "option" }.flatMap(\.longNames))
        // The first word of the path is the program.
        var named = Array(arguments[..<(path.count - 1)])
        var unnamed: [String] = []
        var words = arguments[(path.count - 1)..<end]
        while let word = words.popFirst() {
            if valued.contains(word), let value = words.popFirst() {
                named += isValue(value) ? ["\(word)=\(value)"] : [word, value]
            } else if word.hasPrefix("-"), !isValue(word), word != "-" {
                named.append(word)
            } else {
                unnamed.append(word)
            }
        }
        return named + ["--"] + unnamed + arguments[end...].dropFirst()
    }

    /// A hyphen and several characters, a thumbprint (RFC 7638 with SHA-256, in base64url), or a `sid` of this server (16 bytes).
    private static var hyphenated: Regex<Substring> {
        /-[^-].+|-[A-Za-z0-9_-]{42}|--(?=[a-z-]*[A-Z0-9_])[A-Za-z0-9_-]{20}/.dotMatchesNewlines()
    }
}
