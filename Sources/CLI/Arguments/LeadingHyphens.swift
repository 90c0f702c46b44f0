/// Thumbprints on the command line that begin with a hyphen, as one in 64 does. ArgumentParser takes them for options: with an `h` it would
/// print the help and report success, and the key would not be revoked.
enum LeadingHyphens {
    /// Returns the arguments in an order and form in which each thumbprint (RFC 7638, base64url of SHA-256) is a value.
    static func escaped(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        guard arguments[..<end].contains(where: isThumbprint),
            let options = CommandTree.root?.follow(arguments).command.allArguments
        else { return arguments }
        var words: [String] = []
        var values = arguments[end...].dropFirst()
        for argument in arguments[..<end] {
            guard isThumbprint(argument) else {
                words.append(argument)
                continue
            }
            if let name = words.last, options.contains(where: { $0.kind == "option" && $0.longNames.contains(name) }) {
                words[words.count - 1] = "\(name)=\(argument)"
            } else {
                // Commands take a key after everything else that has no name.
                values.append(argument)
            }
        }
        return words + (values.isEmpty ? [] : ["--"]) + values
    }

    private static func isThumbprint(_ argument: String) -> Bool {
        argument.wholeMatch(of: /-[A-Za-z0-9_-]{42}/) != nil
    }
}
