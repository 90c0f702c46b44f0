import Administration
import ArgumentParser

/// An error in a command line, as sentences: what is wrong, then what to type.
///
/// ArgumentParser's errors are not public, so their messages are parsed and reworded in the style of all other errors.
struct UsageError {
    private let original: String
    private let arguments: [String]
    private let tree: CommandTree?
    private let path: [String]
    private let next: String?

    /// - Parameter arguments: without the program's name.
    init(_ error: any Error, _ arguments: [String]) {
        original = Countersign.message(for: error)
        self.arguments = arguments
        (tree, path, next) = CommandTree.root?.follow(arguments) ?? (nil, ["countersign"], nil)
    }

    /// Returns the error for `countersign help clinet`, for which ArgumentParser prints the help of the last known word.
    static func ofHelp(_ arguments: [String]) -> UsageError? {
        guard arguments.first == "help" else { return nil }
        let error = UsageError(ValidationError(""), arguments)
        return error.unknownCommand == nil ? nil : error
    }

    /// `unknown option '--nmae'. Did you mean '--name'? See 'countersign client add --help'.`
    var message: String {
        let problem = Sentence.of(unknownCommand ?? rewordedMessage ?? original)
        return "\(problem) See '\(path.joined(separator: " ")) --help'."
    }

    private var unknownCommand: String? {
        guard let next, let names = tree?.commands.map(\.commandName), !names.isEmpty else { return nil }
        return "unknown command '\(next)'."
            + suggestion(next, names, otherwise: " The commands are \(names.joined(separator: ", ")).")
    }

    private var rewordedMessage: String? {
        if let match = original.firstMatch(of: /^Unknown option '([^']+)'/) { return unknown(option: String(match.1)) }
        if let match = original.firstMatch(of: /^Missing expected argument '(.+)'$/) {
            let name = String(match.1.prefix { $0 != " " })
            guard name.hasPrefix("--") else { return "\(name) is missing" + help(of: name) }
            return misspelledOption ?? missing(orAtLeast: name)
        }
        if let match = original.firstMatch(of: /^Missing value for '([^ ']+)/) {
            return "\(match.1) needs a value" + help(of: String(match.1))
        }
        if let match = original.firstMatch(
            of: /^The value '(.*)' is invalid for '([^ ']+)[^']*'(.*)$/.dotMatchesNewlines())
        {
            // Our own messages already quote the value.
            if match.3.hasPrefix(": ") { return "\(match.2): \(match.3.dropFirst(2))" }
            return "\(match.2): " + unknown(value: String(match.1), of: String(match.2))
        }
        if let match = original.firstMatch(of: /^The option '([^']+)' does not take any value/) {
            return "\(match.1) takes no value"
        }
        if let match = original.firstMatch(of: /^Unexpected argument ('.*')$/.dotMatchesNewlines()) {
            return "unexpected argument \(match.1)"
        }
        return nil
    }

    private func unknown(option name: String) -> String {
        "unknown option '\(name)'." + suggestion(name, tree?.optionNames ?? [])
    }

    /// An unknown option, when ArgumentParser reports only that another one is missing.
    private var misspelledOption: String? {
        guard let known = tree?.optionNames else { return nil }
        let given = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
        return given.lazy.map { String($0.prefix { $0 != "=" }) }.first { !known.contains($0) }.map(unknown)
    }

    /// Reports all missing required options, not only the first.
    private func missing(orAtLeast name: String) -> String {
        let absent = (tree?.allArguments ?? []).filter { argument in
            !argument.isOptional && !argument.longNames.isEmpty
                && !argument.longNames.contains { name in arguments.contains { $0 == name || $0.hasPrefix(name + "=") }
                }
        }
        let names = absent.compactMap(\.longNames.first)
        guard names.count > 1 else { return "\(name) is missing" + help(of: name) }
        return names.dropLast().joined(separator: ", ") + " and \(names[names.count - 1]) are missing"
    }

    private func unknown(value: String, of name: String) -> String {
        guard let names = argument(name)?.allValues, !names.isEmpty else {
            return "'\(value)' is not allowed" + help(of: name)
        }
        return "'\(value)' is not one of \(names.joined(separator: ", "))." + suggestion(value, names)
    }

    private func argument(_ name: String) -> CommandTree.Argument? {
        tree?.allArguments.first { $0.longNames.contains(name) || $0.valueName.map { "<\($0)>" } == name }
    }

    /// Returns the help text of an argument, after a colon.
    private func help(of name: String) -> String {
        argument(name)?.abstract.map { ": " + Sentence.of($0) } ?? ""
    }

    private func suggestion(_ typed: String, _ names: [String], otherwise: String = "") -> String {
        NearestName.of(typed, among: names).map { " Did you mean '\($0)'?" } ?? otherwise
    }
}
