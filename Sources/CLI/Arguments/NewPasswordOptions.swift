import Administration
import ArgumentParser
import Foundation

/// A new password for a person: from a file, from standard input, or typed twice. It is never an argument, because other users can read
/// arguments.
struct NewPasswordOptions: ParsableArguments {
    @OptionGroup var source: PasswordOptions

    @Option(
        help: ArgumentHelp(
            "The server's configuration file, whose rules the password follows; a running server has its own.",
            valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var config: String?

    /// - Parameter name: of the person, for the prompt.
    func read(for name: String) throws -> NewPassword {
        let configuration = try config.map(ServerConfiguration.read)
        return NewPassword(
            try text(for: name), settings: configuration?.settings.signIn ?? SignInSettings(),
            host: configuration.flatMap { URLComponents(string: $0.urls.issuer)?.host })
    }

    private func text(for name: String) throws -> String {
        let bytes = try source.given() ?? typed(for: name)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("The password is not UTF-8. Save its file as UTF-8.")
        }
        return text
    }

    private func typed(for name: String) throws -> [UInt8] {
        guard let first = try PasswordPrompt.ask("New password of \(name):") else {
            throw CommandFailure("There is no terminal to ask on. Give --password-file FILE or --password-stdin.")
        }
        guard try PasswordPrompt.ask("The same again:") == first else {
            throw CommandFailure("The two passwords differ. Nothing was changed.")
        }
        return first
    }
}
