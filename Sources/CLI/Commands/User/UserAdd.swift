import Administration
import ArgumentParser

struct UserAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a person who can sign in.",
        discussion: """
            Asks for the password twice. Without a terminal, give --password-file FILE or --password-stdin; with --no-password \
            the person cannot sign in until 'user passwd'.

            EXAMPLES
              countersign user add alice --full-name "Alice Jones" \\
                  --email alice@example.com
              countersign user add bob --email bob@example.com --email-verified \\
                  --group staff --group admins --password-file bob.txt
              countersign user add carol --claim birthdate=1990-12-31 \\
                  --claim address.locality=Berlin --claim address.country=DE --no-password
            """)

    @Argument(help: "The user name, which the person types to sign in.")
    var name: String

    @OptionGroup var options: UserOptions
    @OptionGroup var password: NewPasswordOptions

    @Flag(help: "Add the person without a password.")
    var noPassword = false

    @OptionGroup var store: StoreOptions

    @Flag(help: "Print the person as JSON.")
    var json = false

    func validate() throws {
        guard !noPassword || password.source.isEmpty else {
            throw ValidationError("Give a password or --no-password, not both.")
        }
        try UserValidation.check(name)
    }

    func run() async throws {
        let now = UnixTime.now
        var user = UserRecord(name: name, createdAt: now)
        try options.changes.apply(to: &user)
        let password = noPassword ? nil : try self.password.read(for: name)
        let details = try await store.withStore(creating: true) { [user] in
            try await PeopleAdministration($0).add(user, password: password)
        }
        if json { JSONOutput.print(details.json) } else { print(details.text(at: now)) }
    }
}

struct UserEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Change a person's name, claims or groups.",
        discussion: """
            What is not named does not change; an empty value removes a claim. A new e-mail address or telephone number is not \
            verified, unless you say so.

            EXAMPLES
              countersign user edit alice --email alice@example.org --email-verified
              countersign user edit alice --claim website=https://alice.example.org
              countersign user edit alice --claim middle_name= --group staff
              countersign user edit alice --user-name alice.jones --no-groups
            """)

    @OptionGroup var user: UserArguments

    @Option(help: "A new user name.")
    var userName: String?

    @OptionGroup var options: UserOptions

    @Flag(help: "Remove the person from all groups.")
    var noGroups = false

    @Flag(help: "Print the person as JSON.")
    var json = false

    private var changes: UserChanges {
        var changes = options.changes
        changes.name = userName
        if noGroups { changes.groups = [] }
        return changes
    }

    func validate() throws {
        guard !changes.isEmpty else {
            throw ValidationError("There is nothing to change. Name at least one claim or group.")
        }
        guard !noGroups || options.group.isEmpty else {
            throw ValidationError("Give --group or --no-groups, not both.")
        }
        if let userName { try UserValidation.check(userName) }
    }

    func run() async throws {
        let now = UnixTime.now
        let details = try await user.store.withStore {
            try await PeopleAdministration($0).edit(user.name, changes, at: now)
        }
        if json { JSONOutput.print(details.json) } else { print(details.text(at: now)) }
    }
}

struct UserPasswd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passwd", abstract: "Set or remove a person's password.",
        discussion: """
            Ends all sessions of the person, and all tokens of clients. Asks for the password twice; without a terminal, give --password-file FILE or \
            --password-stdin.

            EXAMPLES
              countersign user passwd alice
              countersign user passwd alice --password-file alice.txt \\
                  --config countersign.toml
              countersign user passwd alice --remove-password
            """)

    @OptionGroup var user: UserArguments
    @OptionGroup var password: NewPasswordOptions

    @Flag(help: "Remove the password: the person can no longer sign in with one.")
    var removePassword = false

    func validate() throws {
        guard !removePassword || password.source.isEmpty else {
            throw ValidationError("Give a password or --remove-password, not both.")
        }
    }

    func run() async throws {
        let now = UnixTime.now
        let (name, hasPassword) = try await user.store.withStore { store in
            let people = PeopleAdministration(store)
            // Before the question, so that nobody types a password for a name that does not exist.
            let found = try await people.user(user.name)
            let new = removePassword ? nil : try password.read(for: found.name)
            return (try await people.setPassword(new, of: found.id.text, at: now), new != nil)
        }
        let change = hasPassword ? "has a new password" : "has no password any more"
        print(VisibleText.of("'\(name)' \(change). All sessions and grants have ended."))
    }
}

enum UserValidation {
    static func check(_ name: String) throws {
        guard UserRecord.isName(name) else {
            throw ValidationError(
                "A user name has 1 to 255 bytes, no control characters, and no space at its beginning or end.")
        }
    }
}
