import Administration
import ArgumentParser

struct UserEndSession: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end-session", abstract: "Sign a person out of a browser, or of all.",
        discussion: """
            The grants that were given in the session end with it, except those with offline_access. 'countersign user show' lists the \
            sessions with their identifiers (sid).

            EXAMPLES
              countersign user end-session alice 7pLhbH2fQ0ZUwVc1mWkDKA
              countersign user end-session alice --all
            """)

    @OptionGroup var user: UserArguments

    @Argument(help: "The session's identifier (sid).")
    var session: String?

    @Flag(help: "End all sessions of the person.")
    var all = false

    func validate() throws {
        guard (session == nil) == all else { throw ValidationError("Give the identifier of a session, or --all.") }
    }

    func run() async throws {
        let name = try await user.target.withOperations { operations in
            let found = try await operations.people.user(user.name)
            if let session {
                try await operations.people.endSession(session, of: found, at: .now)
            } else {
                try await operations.people.endSessions(of: found, at: .now)
            }
            return found.name
        }
        print(
            VisibleText.of(session == nil ? "All sessions of \(name) have ended." : "The session of \(name) has ended.")
        )
    }
}

struct UserWithdrawAccess: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw-access", abstract: "Take back what a person has allowed a client, or all clients.",
        discussion: """
            The client's grants for the person are revoked, and it has to ask again. Access tokens that are JWTs stay valid until \
            they expire, unless the resource introspects them. With --all, each client is a change of its own.

            EXAMPLES
              countersign user withdraw-access alice wiki
              countersign user withdraw-access alice --all
            """)

    @OptionGroup var user: UserArguments

    @Argument(help: "The client's ID.", completion: StoreNames.clients)
    var client: String?

    @Flag(help: "Take back the access of all clients.")
    var all = false

    func validate() throws {
        guard (client == nil) == all else { throw ValidationError("Give the ID of a client, or --all.") }
    }

    func run() async throws {
        let words = try await user.target.withOperations { operations in
            let (people, found) = (operations.people, try await operations.people.user(user.name))
            var count = 1
            if let client {
                try await people.withdrawAccess(to: ClientID(ExactString(client)), of: found, at: .now)
            } else {
                count = try await people.withdrawAllAccess(of: found, at: .now)
            }
            let noun = count == 1 ? "client has" : "clients have"
            return "\(count) \(noun) no access to the account of \(found.name) any more."
        }
        print(VisibleText.of(words))
    }
}
