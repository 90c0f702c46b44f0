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
    private let checks = Mutex(Checks())

    /// How long a result answers further requests: the checks read all clients, and a viewer must not keep the server busy with them.
    static let lifetimeOfResult: Duration = .seconds(30)

    /// What the checks found, and when they ended.
    package struct Checked: Sendable {
        package let diagnosis: Diagnosis
        let at: UnixTime

        var json: JSONObject {
            var object = diagnosis.json(\.text)
            object.set("checked_at", .string(at.text))
            return object
        }
    }

    private struct Checks {
        var running: Task<Checked, any Error>?
        var last: Checked?
    }

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

    /// Returns the latest result, or runs the checks if it is too old. Requests that arrive during a run share its result.
    package func diagnosis(clock: @escaping @Sendable () -> UnixTime) async throws -> Checked {
        let now = clock()
        let task = checks.withLock { checks -> Task<Checked, any Error> in
            if let running = checks.running { return running }
            // A clock that was set back makes the age unknown.
            if let last = checks.last, last.at <= now, now < last.at + Self.lifetimeOfResult { return Task { last } }
            let task = Task { [diagnose] in
                do {
                    let result = Checked(diagnosis: try await diagnose(), at: clock())
                    self.checks.withLock { $0 = Checks(last: result) }
                    return result
                } catch {
                    self.checks.withLock { $0.running = nil }
                    throw error
                }
            }
            checks.running = task
            return task
        }
        return try await task.value
    }
}
