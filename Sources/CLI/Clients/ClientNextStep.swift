import Countersign
import Foundation
import Store

/// What to do when a client has been registered.
enum ClientNextStep {
    /// Whether a person is told: not where a command is a step of the demonstration, which goes on by itself.
    @TaskLocal static var isTold = true

    /// - Parameter keyFiles: the files its keys were read from.
    static func text(for details: ClientDetails, keyFiles: [String], data: String) -> String {
        let id = details.client.id.text
        let store = data == OpenedStore.defaultDirectory ? [] : ["--data", data]
        guard details.registration.keySource != .none else {
            return """
                Next, give it a key:
                  \(ShellCommand.edit(details.client.id, store + ["--jwks", "FILE"]))
                """
        }
        let serve = ShellCommand.text(["serve"] + store)
        let token = ShellCommand.text(["token"] + ShellCommand.option("--client-id", id) + ["--key"])
        let key = keyFiles.lazy.compactMap(privateHalf).first.map(ShellCommand.word) ?? "PRIVATE-KEY-FILE"
        return """
            Next, start the server (\(serve)) and fetch a token:
              \(token) \(key) --issuer http://127.0.0.1:9443
            """
    }

    /// The private key that 'keygen' wrote beside a JWK Set, if it is still there.
    private static func privateHalf(of file: String) -> String? {
        guard file.hasSuffix(".jwks.json") else { return nil }
        let stem = file.dropLast(".jwks.json".count)
        return [".pem", ".jwk", ".key"].map { stem + $0 }.first { access($0, R_OK) == 0 }
    }
}
