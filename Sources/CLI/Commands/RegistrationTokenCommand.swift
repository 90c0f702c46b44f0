import Administration
import ArgumentParser

struct RegistrationTokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registration-token", abstract: "Let clients register themselves.",
        discussion: """
            A client registers itself (RFC 7591) with an initial access token. The server accepts them if its configuration \
            has mode = "token" or "open" in [registration]. A running server applies changes at once.
            """,
        subcommands: [RegistrationTokenAdd.self, RegistrationTokenList.self, RegistrationTokenRevoke.self])
}

struct RegistrationTokenAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make an initial access token.",
        discussion: """
            It is printed once and stored only as a digest. Its clients can have the scopes and grants named here; \
            without --scope those of the server's configuration, without --grant those with which people sign in.

            EXAMPLES
              countersign registration-token add --note "Build server"
              countersign registration-token add --uses 50 --expires 30d \\
                  --scope "openid profile tools" --note "Agents of team blue"
              countersign registration-token add --grant client_credentials \\
                  --scope invoices.read --json
            """)

    @Option(help: "How many clients can register with it.")
    var uses = 1

    @Option(
        help: ArgumentHelp("How long it works: \(DurationText.examples).", valueName: "duration"),
        transform: Transform.interval)
    var expires: Duration = RegistrationTokenAdministration.Terms().lifetime

    @Option(
        help: "The scopes that its clients can have, separated by spaces; may be given more than once.",
        transform: Transform.scopes)
    var scope: [[String]] = []

    @Option(help: "A grant that its clients can have; may be given more than once.")
    var grant: [GrantType] = []

    @Flag(help: "Let its clients register for using an assertion more than once.")
    var allowReuse = false

    @Option(help: "What it is for.")
    var note = ""

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print the token and its record as JSON.")
    var json = false

    func validate() throws {
        guard (1...InitialAccessToken.mostUses).contains(uses) else {
            throw ValidationError("--uses must be 1 to \(InitialAccessToken.mostUses).")
        }
        guard expires <= InitialAccessToken.longestLifetime else {
            throw ValidationError("--expires must be at most 365d.")
        }
        guard !note.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }), note.utf8.count <= 1024 else {
            throw ValidationError("--note must have at most 1024 bytes and no control characters.")
        }
    }

    func run() async throws {
        let now = UnixTime.now
        var terms = RegistrationTokenAdministration.Terms()
        terms.note = note
        terms.scopes = Transform.union(scope)
        terms.grants = grant.isEmpty ? nil : GrantType.allCases.filter(grant.contains)
        terms.allowsReuse = allowReuse
        terms.maximumUses = uses
        terms.lifetime = expires
        let made = try await target.withOperations(creating: true) { [terms] in
            try await $0.registrationTokens.add(terms, at: now)
        }
        guard !json else { return JSONOutput.print(made.record.json(at: now, token: made.token)) }
        print(made.token)
        Terminal.note("This is the only time that it is shown. It works until \(made.record.expiresAt.text).")
    }
}

struct RegistrationTokenList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the initial access tokens.",
        discussion: """
            The tokens themselves are not shown: they are not stored. A token is usable, used (it has registered as many clients as it \
            can) or expired; one that was revoked is gone.

            EXAMPLES
              countersign registration-token list
              countersign registration-token list --state usable
              countersign registration-token list --json
            """)

    @Option(help: "List only tokens in this state.")
    var state: InitialAccessToken.State?

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        let now = UnixTime.now
        let tokens = try await target.withOperations { try await $0.registrationTokens.list(in: state, at: now) }
        Listing.print(
            tokens, json: json ? { $0.json(at: now) } : nil,
            empty: state == nil
                ? "No registration tokens yet: countersign registration-token add --help" : "No token matches.",
            columns: [
                ("ID", \.id), ("STATE", { $0.state(at: now).rawValue }),
                ("USES", { "\($0.uses) of \($0.maximumUses)" }),
                ("EXPIRES", \.expiresAt.text), ("SCOPES", { $0.scopes?.joined(separator: " ") ?? "as configured" }),
                ("NOTE", { $0.note.isEmpty ? "-" : $0.note }),
            ])
    }
}

struct RegistrationTokenRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke an initial access token.",
        discussion: """
            No client can register with it any more. Clients that have registered stay: 'countersign client list' shows them, and \
            'countersign client remove' removes one.

            EXAMPLES
              countersign registration-token revoke 5f0c2a9d
            """)

    @Argument(
        help: "The token's ID, from 'countersign registration-token list'.", completion: StoreNames.registrationTokens)
    var id: String

    @OptionGroup var target: TargetOptions

    func run() async throws {
        try await target.withOperations { try await $0.registrationTokens.revoke(id) }
        print("The registration token \(VisibleText.of(id)) is revoked.")
    }
}

extension RegistrationTokenFailure: MessageError {
    var message: String {
        switch self {
        case .noToken(let id):
            "There is no registration token '\(id)'. 'countersign registration-token list' shows the tokens."
        }
    }
}

extension InitialAccessToken.State: NamedArgument {}
