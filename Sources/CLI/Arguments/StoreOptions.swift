import Foundation
import SQLite
import Store

/// Access to a store while a command runs.
enum OpenedStore {
    static let defaultDirectory = "./countersign-data"

    /// - Parameter creating: creates a missing store; otherwise a missing store is an error.
    static func with<Value>(
        _ directory: String, creating: Bool = false, _ body: (any Store) async throws -> Value
    ) async throws -> Value {
        guard creating || SQLiteStore.exists(in: directory) else {
            guard access(directory + "/.", F_OK) == 0 || errno != EACCES else {
                throw FileFailure.unreadable(directory, errno: EACCES)
            }
            throw CommandFailure(
                "There is no store in \(directory). Name its directory with --data; 'countersign client add' creates one."
            )
        }
        let store = try SQLiteStore(directory: directory, role: .administration, report: Terminal.warn)
        return try await closing(store.close) { try await body(store.acting(as: .commandLine)) }
    }
}

extension Actor {
    /// The user of this process. The variable of `sudo` counts only for root, because any other user can set it to anything.
    fileprivate static var commandLine: Actor {
        let id = geteuid()
        let user = getpwuid(id).map { String(cString: $0.pointee.pw_name) } ?? "\(id)"
        let sudoUser = id == 0 ? getenv("SUDO_USER").map { String(String(cString: $0).prefix(64)) } : nil
        return .commandLine(user: user, sudoUser: sudoUser)
    }
}

/// Runs an operation and closes what it used, also if it throws.
func closing<Value>(_ close: () async -> Void, _ operation: () async throws -> Value) async throws -> Value {
    do {
        let value = try await operation()
        await close()
        return value
    } catch {
        await close()
        throw error
    }
}
