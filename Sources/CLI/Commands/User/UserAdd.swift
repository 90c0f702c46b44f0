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

    @OptionGroup var target: TargetOptions

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
        let details = try await target.withOperations(creating: true) { [user] in
            try await $0.people.add(user, password: password)
        }
        if json { JSONOutput.print(details.json) } else { print(details.text(at: now)) }
    }
}
