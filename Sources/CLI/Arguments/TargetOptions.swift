import Administration
import ArgumentParser
import SQLite

/// What an administrative command works on.
struct TargetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The data directory. Default: \(OpenedStore.defaultDirectory).", valueName: "dir"),
        completion: .directory)
    var data: String?

    /// Finds out what is meant.
    func target() throws -> Target { .directory(data ?? OpenedStore.defaultDirectory) }

    /// Lets `body` use the operations on what is meant.
    ///
    /// - Parameter creating: creates a missing store; otherwise a missing store is an error.
    func withOperations<Value>(
        creating: Bool = false, _ body: (Operations) async throws -> Value
    ) async throws -> Value {
        try await target().withOperations(creating: creating, body)
    }
}

/// The server that an administrative command changes.
enum Target {
    /// Its data directory, on this machine.
    case directory(String)

    func withOperations<Value>(
        creating: Bool = false, _ body: (Operations) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .directory(let directory):
            try await OpenedStore.with(directory, creating: creating) { store in
                try await body(
                    Operations(
                        store, serverKeys: LocalServerKeys(ServerKeyAdministration(store), directory: directory)))
            }
        }
    }

    /// Whether it is a data directory without a store.
    var isMissingStore: Bool {
        switch self {
        case .directory(let directory): !SQLiteStore.exists(in: directory)
        }
    }

    /// The options that name it in a command; none if it is the default.
    var options: [String] {
        switch self {
        case .directory(OpenedStore.defaultDirectory): []
        case .directory(let directory): ["--data", directory]
        }
    }

    /// Where something was not found, for messages.
    var place: String {
        switch self {
        case .directory(let directory): directory
        }
    }
}
