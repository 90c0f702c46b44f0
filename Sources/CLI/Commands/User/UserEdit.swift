import Administration
import ArgumentParser

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
    @OptionGroup var last: LastAdministratorOptions

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
        let details = try await user.target.withOperations {
            try await last.people($0).edit(user.name, changes, at: now)
        }
        if json { JSONOutput.print(details.json) } else { print(details.text(at: now)) }
    }
}
