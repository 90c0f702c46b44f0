import Administration
import ArgumentParser

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Manage the people who can sign in.",
        discussion: "A running server applies changes at once.",
        subcommands: [
            UserAdd.self, UserList.self, UserShow.self, UserEdit.self, UserPasswd.self, UserDisable.self,
            UserEnable.self, UserRemove.self, UserEndSession.self, UserWithdrawAccess.self,
            UserCalendarAddress.self,
        ])
}

/// The person that a command is about, and the server.
struct UserArguments: ParsableArguments {
    @Argument(help: "The user name, the e-mail address or the identifier (sub).", completion: StoreNames.users)
    var name: String

    @OptionGroup var target: TargetOptions
}

/// Leaves out the rule about the last administrator, for commands that it can refuse.
struct LastAdministratorOptions: ParsableArguments {
    @Flag(help: "Do it also to the last administrator who can sign in. Not with --server.")
    var lastAdministrator = false

    func people(_ operations: Operations) throws -> any PeopleOperations {
        guard lastAdministrator else { return operations.people }
        guard let people = operations.people.includingLastAdministrator() else {
            throw ValidationError(
                "A running server keeps its last administrator. Run the command on its machine, with --data.")
        }
        return people
    }
}

struct UserList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the people.",
        discussion: """
            EXAMPLES
              countersign user list
              countersign user list --search alice --group staff
              countersign user list --json --data /var/lib/countersign
            """)

    @OptionGroup(title: "Filters") var filters: UserFilterOptions
    @OptionGroup var target: TargetOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() async throws {
        let filter = filters.filter
        let users = try await target.withOperations { try await $0.people.list(filter) }
        Listing.print(
            users, json: json ? \.json : nil,
            empty: filter == UserFilter() ? "No people yet: countersign user add --help" : "No person matches.",
            columns: [
                ("USER NAME", \.name), ("NAME", { $0.claims.string("name")?.text ?? "-" }),
                ("E-MAIL", { $0.email ?? "-" }), ("STATE", \.stateText),
                ("GROUPS", { $0.groups.joined(separator: " ") }),
            ])
    }
}

struct UserShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a person, their sessions and the clients with access.",
        discussion: """
            The clients are those that the person sees at /account: they have the person's consent, or a grant that is in force, \
            as the operator's trusted clients do.

            EXAMPLES
              countersign user show alice
              countersign user show alice@example.com --json
            """)

    @OptionGroup var user: UserArguments

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let details = try await user.target.withOperations { try await $0.people.details(of: user.name) }
        if json { JSONOutput.print(details.json) } else { print(details.text(at: .now)) }
    }
}

struct UserDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Refuse a person without removing them.",
        discussion: """
            Ends the person's sessions, and revokes the refresh tokens of the clients they use. Access tokens that are JWTs \
            stay valid until they expire, unless the resource introspects them.

            EXAMPLES
              countersign user disable alice
            """)

    @OptionGroup var user: UserArguments
    @OptionGroup var last: LastAdministratorOptions

    func run() async throws {
        let found = try await user.target.withOperations {
            try await last.people($0).setEnabled(false, user.name, at: .now)
        }
        print(VisibleText.of("\(found) is disabled."))
    }
}

struct UserEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Accept a disabled person again.",
        discussion: """
            EXAMPLES
              countersign user enable alice
            """)

    @OptionGroup var user: UserArguments

    func run() async throws {
        let found = try await user.target.withOperations {
            try await $0.people.setEnabled(true, user.name, at: .now)
        }
        print(VisibleText.of("\(found) is enabled."))
    }
}

struct UserRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a person with their sessions, grants and consents.",
        discussion: """
            Asks first on a terminal; otherwise --yes is needed. To refuse a person temporarily, use disable.

            EXAMPLES
              countersign user remove alice
              countersign user remove alice --yes
            """)

    @Argument(help: "The user name, the e-mail address or the identifier (sub).", completion: StoreNames.users)
    var name: String

    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var last: LastAdministratorOptions
    @OptionGroup var target: TargetOptions

    func run() async throws {
        try confirmation.requireAnswer()
        let removed = try await target.withOperations { operations in
            let people = try last.people(operations)
            let user = try await people.user(name)
            try confirmation.confirm("Remove \(user.name) with their sessions, grants and consents?")
            try await people.remove(user, at: .now)
            return user.name
        }
        print(VisibleText.of("\(removed) is removed."))
    }
}
