import ArgumentParser
import CountersignKeyFiles
import Foundation

/// The password of a key store or private key. It is never an argument, because other users can read arguments.
struct PasswordOptions: ParsableArguments {
    @Option(
        help: "A file whose first line is the password. Default: asked for on the terminal if needed.",
        completion: .file())
    var passwordFile: String?

    @Flag(help: "Read the password from standard input.")
    var passwordStdin = false

    /// The longest password, in bytes.
    static let maximumLength = 4096

    /// Whether no password was given.
    var isEmpty: Bool { passwordFile == nil && !passwordStdin }

    func validate() throws {
        guard passwordFile == nil || !passwordStdin else {
            throw ValidationError("Give --password-file or --password-stdin, not both.")
        }
    }

    /// Reads the given password, in UTF-8.
    func given() throws -> [UInt8]? {
        if passwordStdin { return try InputFile("-", limit: Self.maximumLength).firstLine }
        guard let passwordFile else { return nil }
        let file = try InputFile(passwordFile, limit: Self.maximumLength)
        if file.facts.kind == .file, file.facts.mode.isOpenToOthers {
            Terminal.warn("\(passwordFile) can be read by others (mode \(file.facts.mode)): chmod 600 \(passwordFile)")
        }
        return file.firstLine
    }

    /// Opens a file with the given password. Without one, tries no password first, then asks on the terminal if the file needs one.
    ///
    /// - Parameter name: the name of the file, for the prompt.
    func opening<Value>(_ name: String, _ open: (_ password: [UInt8]?) throws(KeyFileError) -> Value) throws -> Value {
        if let given = try given() { return try open(given) }
        do throws(KeyFileError) {
            return try open(nil)
        } catch {
            guard case .passwordNeeded = error.reason else { throw error }
            guard let typed = try PasswordPrompt.ask("Password of \(name):") else {
                throw CommandFailure(
                    "\(name): \(error.problem). Give it with --password-file FILE or --password-stdin.")
            }
            return try open(typed)
        }
    }

    /// Refuses to read both the file and its password from standard input.
    func validate(beside file: String) throws {
        if file == "-", passwordStdin { throw ValidationError("Standard input can be read only once.") }
    }
}
