import ArgumentParser
import CountersignKeyFiles

/// Public keys on the command line. The format of a file is detected from its content, whichever flag names it.
struct KeyOptions: ParsableArguments {
    @Option(help: "Its public keys as a JWK Set or a JWK; may be given more than once.", completion: .file())
    var jwks: [String] = []

    @Option(help: "A public key in PEM or DER; may be given more than once.", completion: .file())
    var publicKey: [String] = []

    @Option(help: "An X.509 certificate in PEM or DER; may be given more than once.", completion: .file())
    var certificate: [String] = []

    @Option(help: "The key's name (kid), for a file with one key that has none.")
    var kid: String?

    var isEmpty: Bool { files.isEmpty }

    private var files: [String] { jwks + publicKey + certificate }

    func validate() throws {
        if kid != nil, files.count != 1 { throw ValidationError("--kid names one key: give one file with it.") }
        if files.filter({ $0 == "-" }).count > 1 { throw ValidationError("Standard input can be read only once.") }
    }

    func read() throws -> [FileKey] {
        try files.flatMap { path in
            let file = try KeyFile.read(path)
            for note in file.notes { Terminal.warn("\(path): \(note)") }
            if kid != nil, file.keys.count != 1 {
                throw CommandFailure("\(path): --kid names one key, but it holds \(file.keys.count).")
            }
            return try file.keys.map { key in
                FileKey(path: path, key: try kid.map { try key.named(ExactString($0)) } ?? key)
            }
        }
    }
}

/// A key and the file it was read from.
struct FileKey {
    let path: String
    let key: ImportedKey
}

extension [FileKey] {
    /// Warns of keys that were not added.
    func warn(of duplicates: [Int]) {
        for index in duplicates {
            Terminal.warn("\(self[index].path): the key \(self[index].key.jwk.thumbprint) is registered already.")
        }
    }
}
