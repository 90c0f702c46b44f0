import AdminClient
import Administration
import Foundation
import SQLite

/// The server that an administrative command works on.
enum Target {
    /// Its data directory, on this machine.
    case directory(String)
    /// Its admin API. The profile's name is `nil` if options describe the server.
    case server(ServerProfile, profile: String?)

    /// Finds out what is meant: what the options name; or `COUNTERSIGN_PROFILE`; or the store in the default directory, and if there is none,
    /// the default profile. A server that no option names is reported on standard error.
    ///
    /// - Parameters:
    ///   - data: the value of `--data`.
    ///   - configured: the data directory of a configuration that was named.
    init(
        data: String?, _ remote: RemoteOptions, configured: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        if let directory = data ?? (remote.isGiven ? nil : configured) {
            self = .directory(directory)
        } else if let given = remote.given {
            self = .server(given, profile: nil)
        } else if let name = remote.profile {
            self = .server(try ProfileFile(environment: environment).profile(name), profile: name)
        } else if let name = environment[ProfileFile.variable], !name.isEmpty {
            self = try Self.noted(try ProfileFile(environment: environment), name, "\(ProfileFile.variable) names")
        } else if !SQLiteStore.exists(in: OpenedStore.defaultDirectory) {
            let file = try ProfileFile(environment: environment)
            self =
                try file.defaultName.map { try Self.noted(file, $0, "using") }
                ?? .directory(OpenedStore.defaultDirectory)
        } else {
            self = .directory(OpenedStore.defaultDirectory)
        }
    }

    private static func noted(_ file: ProfileFile, _ name: String, _ verb: String) throws -> Target {
        let profile = try file.profile(name)
        Terminal.note("\(verb) the profile '\(name)': \(profile.server)")
        return .server(profile, profile: name)
    }

    func withOperations<Value>(
        creating: Bool = false, _ body: (Operations) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .directory(let directory):
            try await OpenedStore.with(directory, creating: creating) { store in
                let keys = LocalServerKeys(
                    ServerKeyAdministration(store), directory: directory, isDirectoryGiven: true)
                return try await body(Operations(store, serverKeys: keys))
            }
        case .server(let profile, _): try await profile.withServer { try await body($0.operations) }
        }
    }

    /// Whether it is a data directory without a store.
    var isMissingStore: Bool {
        switch self {
        case .directory(let directory): !SQLiteStore.exists(in: directory)
        case .server: false
        }
    }

    /// The options that name it in a command; none if it is the default directory.
    var options: [String] {
        switch self {
        case .directory(OpenedStore.defaultDirectory): []
        case .directory(let directory): ["--data", directory]
        case .server(_, let name?): ["--profile", name]
        case .server(let profile, nil):
            ["--server", profile.server] + ShellCommand.option("--client-id", profile.clientID)
                + ["--key", profile.key]
                + (profile.keyPasswordFile.map { ["--key-password-file", $0] } ?? [])
                + (profile.caCertificate.map { ["--ca-certificate", $0] } ?? [])
        }
    }

    /// Where something was not found, for messages.
    var place: String {
        switch self {
        case .directory(let directory): directory
        case .server(let profile, _): profile.server
        }
    }

    /// The issuer of a running server.
    var issuer: String? {
        switch self {
        case .directory: nil
        case .server(let profile, _): profile.server
        }
    }
}
