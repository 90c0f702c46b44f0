import Administration
import Synchronization

/// What the process around the server knows, and the store does not. A class because requests share the checks of `doctor`.
package final class ServerProcess: Sendable {
    /// For new signing keys.
    let masterKey: MasterKey
    let keys: ServerKeys
    /// Those in force, without secrets.
    let settings: [EffectiveSetting]
    let passwordHasher: PasswordHasher
    private let diagnose: @Sendable () async throws -> Diagnosis
    private let running = Mutex<Task<Diagnosis, any Error>?>(nil)

    /// - Parameter diagnose: runs all checks of `countersign doctor`.
    package init(
        masterKey: MasterKey, keys: ServerKeys, settings: [EffectiveSetting], passwordHasher: PasswordHasher,
        diagnose: @escaping @Sendable () async throws -> Diagnosis
    ) {
        self.masterKey = masterKey
        self.keys = keys
        self.settings = settings
        self.passwordHasher = passwordHasher
        self.diagnose = diagnose
    }

    /// Runs the checks, which read all clients. Requests that arrive during a run share its result.
    func diagnosis() async throws -> Diagnosis {
        let task = running.withLock { running in
            if let running { return running }
            let task = Task { [diagnose] in
                defer { self.running.withLock { $0 = nil } }
                return try await diagnose()
            }
            running = task
            return task
        }
        return try await task.value
    }
}
