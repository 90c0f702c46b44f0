import ArgumentParser
import Countersign
import Foundation
import SQLite
import Store

/// `--data DIR`: where the store lies.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory.", valueName: "dir"), completion: .directory)
    var data = OpenedStore.defaultDirectory

    /// Opens the store for the time of a command.
    func withStore<Value>(
        creating: Bool = false, _ body: (any Store) async throws -> Value
    ) async throws -> Value {
        try await OpenedStore.with(data, creating: creating, body)
    }
}

/// A store that is open for the time of a command.
enum OpenedStore {
    /// Where the store lies unless something else is said.
    static let defaultDirectory = "./countersign-data"

    /// - Parameter creating: makes a store where there is none; without it that is an error.
    static func with<Value>(
        _ directory: String, creating: Bool = false, _ body: (any Store) async throws -> Value
    ) async throws -> Value {
        guard creating || SQLiteStore.exists(in: directory) else {
            guard access(directory + "/.", F_OK) == 0 || errno != EACCES else {
                throw UnreadableFile(name: directory, errno: EACCES)
            }
            throw CommandFailure(
                "There is no store in \(directory). Name its directory with --data; 'countersign client add' makes a new one."
            )
        }
        let store = try SQLiteStore(directory: directory, role: .administration, report: Terminal.warn)
        do {
            let value = try await body(store)
            await store.close()
            return value
        } catch {
            await store.close()
            throw error
        }
    }
}

extension Store {
    /// A client that must be there.
    func existing(_ id: String) async throws -> ClientRegistration {
        guard let registration = try await clients.registration(of: ClientID(id)) else {
            throw CommandFailure("There is no client '\(id)'. 'countersign client list' shows those there are.")
        }
        return registration
    }
}
