import Administration
import Files
import Foundation

/// The saved profiles: `$XDG_CONFIG_HOME/countersign/profiles.toml`, by default below `~/.config`.
///
/// A person who can change it can send this user's commands to another server, so it is refused if others can write it.
struct ProfileFile {
    /// The environment variable that names a profile.
    static let variable = "COUNTERSIGN_PROFILE"
    private static let maximumLength = 262_144
    private static let maximumCount = 1000

    let path: String
    private(set) var profiles: [String: ServerProfile] = [:]
    /// Used when a command names no server.
    private(set) var defaultName: String?

    /// Reads the file of this user; it need not exist.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        try self.init(path: Self.path(environment))
    }

    init(path: String) throws {
        self.path = path
        // The directory first: a user who can write it can replace the file.
        for (role, path) in [(FileTrust.Role.profileDirectory, FileTrust.parent(of: path)), (.profiles, path)] {
            if let fault = FileTrust.fault(role, at: path) { throw CommandFailure(fault.message) }
        }
        let file: WholeFile
        do throws(SystemError) {
            file = try WholeFile(path, limit: Self.maximumLength)
        } catch {
            guard error.number == ENOENT || error.number == ENOTDIR else {
                throw FileFailure.unreadable(path, errno: error.number)
            }
            return
        }
        // Of the file that was read, which can be another one by now.
        if let fault = FileTrust.fault(.profiles, path, file.facts) { throw CommandFailure(fault.message) }
        try read(file.bytes)
    }

    /// XDG Base Directory Specification: a relative path is ignored.
    private static func path(_ environment: [String: String]) -> String {
        let given = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        return (given ?? home + "/.config") + "/countersign/profiles.toml"
    }

    /// - Throws: `CommandFailure` for a name that is not saved.
    func profile(_ name: String) throws -> ServerProfile {
        guard let profile = profiles[name] else {
            let similar = NearestName.of(name, among: profiles.keys.sorted()).map { " Did you mean '\($0)'?" }
            throw CommandFailure(
                "There is no profile '\(name)' in \(path).\(similar ?? "") 'countersign profile list' shows the profiles."
            )
        }
        return profile
    }

    /// Saves a profile and makes it the default.
    mutating func save(_ profile: ServerProfile, as name: String) throws {
        guard profiles[name] != nil || profiles.count < Self.maximumCount else {
            throw CommandFailure("\(path) has \(profiles.count) profiles. Remove one with 'countersign logout' first.")
        }
        profiles[name] = profile
        defaultName = name
        try write()
    }

    mutating func makeDefault(_ name: String) throws {
        _ = try profile(name)
        defaultName = name
        try write()
    }

    mutating func remove(_ name: String) throws {
        _ = try profile(name)
        profiles[name] = nil
        if defaultName == name { defaultName = nil }
        try write()
    }

    // MARK: The file

    private mutating func read(_ bytes: [UInt8]) throws {
        let document = try ConfigurationError.reading(path) { () throws(TOMLError) in try TOMLDocument(bytes) }
        for (name, value) in document.root {
            switch name {
            case "default":
                guard let text = value.string else { throw fault("default", "is not a string") }
                defaultName = text
            case "profiles":
                guard let table = value.table else { throw fault("profiles", "is not a table") }
                for (name, value) in table {
                    guard let table = value.table, ServerProfile.isName(name), profiles.count < Self.maximumCount else {
                        throw fault("profiles.\(name)", "is not a profile")
                    }
                    var members: [String: String] = [:]
                    for (member, value) in table {
                        guard Self.members.contains(member), let text = value.string else {
                            throw fault("profiles.\(name).\(member)", "is not known, or not a string")
                        }
                        members[member] = text
                    }
                    guard let server = members["server"], let client = members["client_id"], let key = members["key"]
                    else { throw fault("profiles.\(name)", "needs server, client_id and key") }
                    profiles[name] = ServerProfile(
                        server: server, clientID: client, key: key, keyPasswordFile: members["key_password_file"],
                        caCertificate: members["ca_certificate"])
                }
            default: throw fault(name, "is not known")
            }
        }
        if let name = defaultName, profiles[name] == nil { defaultName = nil }
    }

    private static let members = ["server", "client_id", "key", "key_password_file", "ca_certificate"]

    private func fault(_ key: String, _ problem: String) -> CommandFailure {
        CommandFailure("\(path): '\(key)' \(problem). Correct it, or remove the file and log in again.")
    }

    private func write() throws {
        var text = "# Written by 'countersign login'. It names the files of private keys and has none itself.\n"
        if let defaultName { text += "default = \(TOMLString.quoted(defaultName))\n" }
        for (name, profile) in profiles.sorted(by: { $0.key < $1.key }) {
            text += "\n[profiles.\(TOMLString.quoted(name))]\n"
            let values = [
                profile.server, profile.clientID, profile.key, profile.keyPasswordFile, profile.caCertificate,
            ]
            for case (let member, let value?) in zip(Self.members, values) {
                text += "\(member) = \(TOMLString.quoted(value))\n"
            }
        }
        let directory = FileTrust.parent(of: path)
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw FileFailure.unwritable(directory, errno: EACCES)
        }
        try NewFile.write(
            Array(text.utf8), to: path, for: NewFile.Audience(mode: 0o600, isExact: true), replaces: true)
    }
}
