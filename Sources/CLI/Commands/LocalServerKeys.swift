import Administration
import Foundation

/// The server's keys in a store of this machine, with the master key that its configuration names.
struct LocalServerKeys: ServerKeyOperations {
    private let keys: ServerKeyAdministration
    private let directory: String
    private let isDirectoryGiven: Bool
    /// `nil` if none was named.
    private let configuration: ServerConfiguration?

    /// - Parameter isDirectoryGiven: whether the directory was named on the command line.
    init(
        _ keys: ServerKeyAdministration, directory: String, isDirectoryGiven: Bool = false,
        configuration: ServerConfiguration? = nil
    ) {
        self.keys = keys
        self.directory = directory
        self.isDirectoryGiven = isDirectoryGiven
        self.configuration = configuration
    }

    func list(at now: UnixTime) async throws -> [ServerKeyAdministration.Details] { try await keys.list(at: now) }

    func rotate(
        _ algorithms: [SignatureAlgorithm]?, after delay: Duration, at now: UnixTime
    ) async throws -> [ServerKeyAdministration.Details] {
        try await keys.rotate(
            algorithms, from: now + delay, longestLifetime: longestLifetime, masterKey: try masterKey(), at: now)
    }

    func retire(_ keyID: String, at now: UnixTime) async throws -> [ServerKeyAdministration.Details] {
        try await keys.retire(keyID, masterKey: try masterKey(), at: now)
    }

    /// The lifetimes of the defaults are not used without a configuration: the server may have others.
    private var longestLifetime: Duration {
        guard let settings = configuration?.settings else { return ClientRecord.longestAccessTokenLifetime }
        return max(settings.accessTokens.lifetime, settings.signIn.idTokenLifetime)
    }

    private func masterKey() throws -> MasterKey {
        let configuration =
            try configuration ?? ServerConfiguration(environment: ProcessInfo.processInfo.environment)
        switch configuration.masterKey {
        case .key(let key): return key
        case .file(let file):
            let isDefault = self.configuration == nil && isDirectoryGiven
            let path = isDefault ? "\(directory)/master.key" : file.path
            guard let key = try MasterKeyFile(path: path).load() else {
                throw CommandFailure(
                    "There is no master key in \(path). Name the server's configuration with --config.")
            }
            return key
        }
    }
}
