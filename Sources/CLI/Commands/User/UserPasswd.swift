import Administration
import ArgumentParser

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
    @OptionGroup var last: LastAdministratorOptions

    @Flag(help: "Remove the password: the person can no longer sign in with one.")
    var removePassword = false

    func validate() throws {
        guard !removePassword || password.source.isEmpty else {
            throw ValidationError("Give a password or --remove-password, not both.")
        }
    }

    func run() async throws {
        let now = UnixTime.now
        let (name, hasPassword) = try await user.target.withOperations { operations in
            let people = try last.people(operations)
            // Before the prompt, so that a mistyped name is reported before a password is entered.
            let found = try await people.user(user.name)
            let new = removePassword ? nil : try password.read(for: found.name)
            return (try await people.setPassword(new, of: found.id.text, at: now), new != nil)
        }
        let change = hasPassword ? "has a new password" : "has no password any more"
        print(VisibleText.of("'\(name)' \(change). All sessions and grants have ended."))
    }
}
