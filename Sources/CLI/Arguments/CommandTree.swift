import ArgumentParser
import Foundation

/// All commands with their options, decoded from ArgumentParser's help dump.
struct CommandTree: Decodable, Sendable {
    /// An option, a flag or a positional argument.
    struct Argument: Decodable, Sendable {
        struct Name: Decodable, Sendable {
            let kind: String
            let name: String
        }

        let kind: String
        let isOptional: Bool
        let names: [Name]?
        let valueName: String?
        let abstract: String?
        let allValues: [String]?

        /// `--key`; empty for a positional argument.
        var longNames: [String] { (names ?? []).filter { $0.kind == "long" }.map { "--" + $0.name } }
    }

    private struct Tool: Decodable {
        let command: CommandTree
    }

    let commandName: String
    let discussion: String?
    private let subcommands: [CommandTree]?
    private let arguments: [Argument]?

    /// The subcommands without `help`.
    var commands: [CommandTree] { (subcommands ?? []).filter { $0.commandName != "help" } }
    var allArguments: [Argument] { arguments ?? [] }
    var optionNames: [String] { allArguments.flatMap(\.longNames) }

    /// The tree of `countersign`; `nil` if ArgumentParser's description has an unknown format.
    static let root = try? JSONDecoder().decode(Tool.self, from: Data(Countersign._dumpHelp().utf8)).command

    /// Follows the words of a command line.
    ///
    /// - Returns: the command that they reach, its path, and the first word after it that is not an option.
    func follow(_ arguments: [String]) -> (command: CommandTree, path: [String], next: String?) {
        var (command, path) = (self, [commandName])
        for word in arguments {
            if word == "help", path.count == 1 { continue }
            guard !word.hasPrefix("-") else { return (command, path, nil) }
            guard let below = command.commands.first(where: { $0.commandName == word }) else {
                return (command, path, word)
            }
            command = below
            path.append(word)
        }
        return (command, path, nil)
    }
}
