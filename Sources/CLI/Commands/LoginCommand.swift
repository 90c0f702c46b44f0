import AdminClient
import Administration
import ArgumentParser

struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Save a running server as a profile, for administrative commands.",
        discussion: """
            Checks that the client may use the server's admin API, and saves the server's address, the client and the path of its key \
            in $XDG_CONFIG_HOME/countersign/profiles.toml (by default below ~/.config). No key and no token is saved. The \
            profile becomes the default: commands use it if they name no server and ./countersign-data has no store.

            EXAMPLES
              countersign login --server https://auth.example.com \\
                  --client-id ops --key ops.pem
              countersign login --server https://auth.example.com \\
                  --client-id ops --key ops.pem --profile production
            """)

    @Option(help: "The server's issuer, exactly as in its metadata.")
    var server: String

    @Option(help: "The client that authenticates there, with the scope admin.read or admin.write.")
    var clientId: String

    @Option(help: "Its private key: PEM, DER or JWK.", completion: .file())
    var key: String

    @Option(help: "A file whose first line is the key's password.", completion: .file())
    var keyPasswordFile: String?

    @Option(help: "A PEM file with the certificates to trust, instead of the system's.", completion: .file())
    var caCertificate: String?

    @Option(help: "The profile's name. Default: the server's host.", completion: ProfileNames.completion)
    var profile: String?

    private var given: ServerProfile {
        ServerProfile(
            server: server, clientID: clientId, key: key, keyPasswordFile: keyPasswordFile,
            caCertificate: caCertificate)
    }

    func validate() throws {
        guard ServerProfile.isName(profile ?? given.standardName) else {
            throw ValidationError("--profile must have 1 to 128 visible ASCII characters without quotation marks.")
        }
        guard key != "-" else { throw ValidationError("A profile names the key's file: give its path with --key.") }
    }

    func run() async throws {
        let name = profile ?? given.standardName
        let given = given.withAbsolutePaths
        // First, so that a file that cannot be used is reported before anything is sent.
        var file = try ProfileFile()
        let may =
            switch try await given.withServer({ try await $0.permission() }) {
            case .reading: "may read, and change nothing"
            case .changing: "may read and change everything"
            }
        try file.save(given, as: name)
        print("The client \(clientId) \(may) at \(server).")
        print("It is saved as the profile \(name), which is the default now: \(file.path)")
    }
}

struct LogoutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Remove a saved profile.",
        discussion: """
            The key's file stays, and so does the client at the server.

            EXAMPLES
              countersign logout
              countersign logout --profile production
            """)

    @Option(help: "The profile's name. Default: the default profile.", completion: ProfileNames.completion)
    var profile: String?

    func run() throws {
        var file = try ProfileFile()
        guard let name = profile ?? file.defaultName else {
            throw CommandFailure(
                file.profiles.isEmpty
                    ? "There are no profiles in \(file.path)."
                    : "There is no default profile. Name one with --profile; 'countersign profile list' shows them.")
        }
        try file.remove(name)
        print("The profile \(name) is removed.")
    }
}

struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "List the saved profiles and choose the default.",
        discussion: "'countersign login' saves a profile, 'countersign logout' removes one.",
        subcommands: [ProfileList.self, ProfileUse.self])
}

struct ProfileList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the profiles.",
        discussion: """
            EXAMPLES
              countersign profile list
              countersign profile list --json
            """)

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() throws {
        let file = try ProfileFile()
        let profiles = file.profiles.sorted { $0.key < $1.key }
        Listing.print(
            profiles, json: json ? { Self.json($0.key, $0.value, isDefault: $0.key == file.defaultName) } : nil,
            empty: "No profiles yet: countersign login --help",
            columns: [
                ("PROFILE", \.key), ("DEFAULT", { $0.key == file.defaultName ? "yes" : "-" }),
                ("SERVER", \.value.server), ("CLIENT ID", \.value.clientID), ("KEY", \.value.key),
            ])
    }

    private static func json(_ name: String, _ profile: ServerProfile, isDefault: Bool) -> JSONObject {
        [
            "profile": .string(name), "default": .boolean(isDefault), "server": .string(profile.server),
            "client_id": .string(profile.clientID), "key": .string(profile.key),
            "key_password_file": .string(profile.keyPasswordFile) ?? .null,
            "ca_certificate": .string(profile.caCertificate) ?? .null,
        ]
    }
}

struct ProfileUse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Make a profile the default.",
        discussion: """
            EXAMPLES
              countersign profile use production
            """)

    @Argument(help: "The profile's name.", completion: ProfileNames.completion)
    var name: String

    func run() throws {
        var file = try ProfileFile()
        try file.makeDefault(name)
        print("The profile \(name) is the default now: \(try file.profile(name).server)")
    }
}

/// Completions from the saved profiles.
enum ProfileNames {
    static var completion: CompletionKind {
        .custom { _, _, prefix in
            let names = (try? ProfileFile())?.profiles.keys.sorted() ?? []
            return names.filter { $0.hasPrefix(prefix) && ShellCommand.isPlain($0) }
        }
    }
}
