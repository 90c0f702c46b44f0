import ArgumentParser
import Foundation

/// The password of a key store, which never stands on the command line: others can read that.
struct PasswordOptions: ParsableArguments {
    @Option(
        help: "A file whose first line is the key store's password. Default: asked for on the terminal.",
        completion: .file())
    var passwordFile: String?

    @Flag(help: "Read the key store's password from standard input.")
    var passwordStdin = false

    /// Whether none was given.
    var isEmpty: Bool { passwordFile == nil && !passwordStdin }

    func validate() throws {
        guard passwordFile == nil || !passwordStdin else {
            throw ValidationError("Give --password-file or --password-stdin, not both.")
        }
    }

    /// The password that was given, in UTF-8; `nil` where none was.
    func given() throws -> [UInt8]? {
        if passwordStdin { return PasswordLine(try InputFile("-", limit: PasswordLine.maximumLength)).bytes }
        guard let passwordFile else { return nil }
        let file = try InputFile(passwordFile, limit: PasswordLine.maximumLength)
        var facts = stat()
        if stat(passwordFile, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_mode & 0o077 != 0 {
            Terminal.warn(
                "\(passwordFile) can be read by others (mode \(FileMode(facts.st_mode))): chmod 600 \(passwordFile)")
        }
        return PasswordLine(file).bytes
    }
}

/// The first line of a file, without its line break.
struct PasswordLine {
    /// The longest file that is read for a password, in bytes.
    static let maximumLength = 4096

    let bytes: [UInt8]

    init(_ file: InputFile) {
        var line = Array(file.bytes.prefix { $0 != 0x0A })
        if line.last == 0x0D { line.removeLast() }
        bytes = line
    }
}

/// Who may do what with a file, as `chmod` says it.
struct FileMode: CustomStringConvertible {
    private let bits: mode_t

    init(_ mode: mode_t) { bits = mode & 0o7777 }

    var isOpenToOthers: Bool { bits & 0o077 != 0 }
    var isWritableByOthers: Bool { bits & 0o022 != 0 }

    var description: String {
        let digits = String(bits, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
