import Countersign

/// The commands in a sentence for the operator, with the client and the data directory in place of what stands for them.
struct OperatorCommands {
    private let client: String?
    private let store: String

    /// - Parameters:
    ///   - client: `nil` if it is not known. An identifier that was cut, or that would be read as an option, is left out.
    ///   - directory: printed if it is not the default data directory.
    init(client: String?, directory: String?) {
        self.client = client.flatMap {
            $0.utf8.count < 250 && !$0.isEmpty && !$0.hasPrefix("-") ? ShellCommand.word($0) : nil
        }
        store =
            directory.flatMap { $0 == OpenedStore.defaultDirectory ? nil : " --data " + ShellCommand.word($0) } ?? ""
    }

    /// Beginnings of commands; `ID` stands for the client.
    private static let known = [
        "client add --id ID", "client edit ID", "client enable ID", "client show ID", "client key list ID",
        "client list",
        "assertion inspect TOKEN", "keystore export ALIAS",
    ]

    /// The sentence, to be copied from.
    func filled(into sentence: String) -> String {
        Self.known.reduce(sentence) { sentence, command in
            let filled = client.map { command.replacing(" ID", with: " " + $0) } ?? command
            return sentence.replacing("countersign " + command, with: "countersign " + filled + store)
        }
    }
}
