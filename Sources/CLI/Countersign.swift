import ArgumentParser
import Foundation
import HTTP

/// The command `countersign`.
struct Countersign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "countersign",
        abstract: "An authorization server for clients that authenticate with a private key.",
        discussion: """
            EXAMPLES
              countersign demo
              countersign keygen --out billing.pem
              countersign client add --id billing --name "Billing job" \\
                  --scope "invoices.read" --jwks billing.jwks.json
              countersign serve
              countersign token --issuer http://127.0.0.1:9443 \\
                  --client-id billing --key billing.pem

            Exit status: 0 on success, 1 on failure or a negative answer, 2 for incorrect usage.
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, ClientCommand.self, UserCommand.self, ResourceCommand.self, ServerKeyCommand.self,
            RegistrationTokenCommand.self, KeyStoreCommand.self, KeySetCommand.self, ChangesCommand.self,
            KeygenCommand.self, AssertionCommand.self,
            TokenCommand.self, JWSCommand.self, OverviewCommand.self, ExplainCommand.self, ExpiryCommand.self,
            DoctorCommand.self, SettingsCommand.self,
            ImportWSO2Command.self,
            LoginCommand.self,
            LogoutCommand.self, ProfileCommand.self,
            DemoCommand.self, PlaygroundCommand.self,
        ])
}

/// The entry point, which turns every error into a line and an exit status.
@main
enum Main {
    private static let failure: Int32 = 1
    private static let wrongUsage: Int32 = 2
    /// The width of help on every terminal; all examples fit. A narrower terminal wraps them itself, which keeps copied text intact,
    /// whereas line breaks from ArgumentParser would be copied too.
    private static let helpColumns = 80

    static func main() async {
        EventLoops.matchUsableProcessors()
        if let usage = UsageError.ofHelp(Array(CommandLine.arguments.dropFirst())) {
            ErrorLine.write(CommandFailure(usage.message))
            exit(wrongUsage)
        }
        do {
            var command = try await Countersign.asyncParseAsRoot(
                LeadingHyphens.escaped(Array(CommandLine.arguments.dropFirst())))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            exit(report(error))
        }
    }

    private static func report(_ error: any Error) -> Int32 {
        let code = Countersign.exitCode(for: error)
        switch code {
        case .success:
            print(CompletionScript.safe(Countersign.fullMessage(for: error, columns: helpColumns)))
            return code.rawValue
        case .validationFailure:
            let usage = UsageError(error, Array(CommandLine.arguments.dropFirst()))
            ErrorLine.write(CommandFailure(usage.message))
            return wrongUsage
        default: break
        }
        // The command has already printed the reason.
        if let code = error as? ExitCode { return code.rawValue }
        ErrorLine.write(error)
        return error is ConfigurationError ? wrongUsage : failure
    }
}
