import ArgumentParser
import Countersign
import CountersignJOSE
import CountersignKeyFiles
import Store

/// Public keys on the command line. What a file holds is recognised by its content; the flags say it for people.
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
        if files.filter({ $0 == "-" }).count > 1 { throw ValidationError("Standard input can be read once only.") }
    }

    /// Reads all files.
    ///
    /// - Parameter known: keys that are registered already; the same key is not added again.
    func read(at now: UnixTime, known: [KeyRecord] = []) throws -> [KeyRecord] {
        var records: [KeyRecord] = []
        for path in files {
            let file = try KeyFile.read(path)
            for note in file.notes { Terminal.warn("\(path): \(note)") }
            if kid != nil, file.keys.count != 1 {
                throw CommandFailure("\(path): --kid names one key, but it holds \(file.keys.count).")
            }
            for key in file.keys {
                let key = try kid.map { try key.named(ExactString($0)) } ?? key
                let record = KeyRecord(jwk: key.jwk, certificate: key.certificate, addedAt: now)
                if (known + records).contains(where: { $0.isSameKey(as: record) }) {
                    Terminal.warn("\(path): the key \(key.jwk.thumbprint) is registered already.")
                } else {
                    records.append(record)
                }
            }
        }
        return records
    }
}

extension KeyRecord {
    /// Whether registering both would serve nothing.
    fileprivate func isSameKey(as other: KeyRecord) -> Bool {
        jwk.object == other.jwk.object && certificate == other.certificate
    }

    /// Whether a person means this key: by its `kid`, or by its RFC 7638 thumbprint.
    func isMeant(by name: String) -> Bool {
        jwk.keyID == ExactString(name) || jwk.thumbprint == name
    }
}
