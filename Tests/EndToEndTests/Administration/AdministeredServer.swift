import Foundation
import TestSupport
import Testing

/// A running server with a client that may use its admin API.
struct AdministeredServer {
    let server: ServerProcess
    let folder: String
    /// The private key of the client `ops`.
    let key: String

    init(scope: String = "admin.read admin.write") throws {
        folder = TemporaryDirectory().path
        server = try ServerProcess.start(configuration: ServerProcess.cheapPasswords, in: folder)
        key = folder + "/ops.pem"
        try ServerProcessTests.expectSuccess(["keygen", "--kid", "ops", "--out", key])
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "ops", "--name", "Operations", "--scope", scope, "--jwks",
            folder + "/ops.jwks.json", "--data", server.directory,
        ])
    }

    /// The options with which a command works at the data directory.
    var local: [String] { ["--data", server.directory] }

    /// The options with which a command works through the admin API.
    var remote: [String] { ["--server", server.baseURL, "--client-id", "ops", "--key", key] }

    func remove() {
        server.remove()
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// Where a command works. Two of these get the same commands, and their outputs are compared.
struct CommandPlace {
    let administered: AdministeredServer
    let options: [String]

    struct Result: Equatable {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs a command, with the options after its words.
    func run(_ arguments: [String], input: String? = nil) throws -> Result {
        let result = try ServerProcess.run(arguments + options, input: input)
        return Result(
            status: result.status, output: normalized(result.output), errors: normalized(result.errors))
    }

    /// Replaces what cannot be the same at two servers: their places, times, and random identifiers.
    private func normalized(_ text: String) -> String {
        var text = text
        let words = options.joined(separator: " ")
        text = text.replacing(" " + words, with: "")
        for place in [administered.server.directory, administered.folder, administered.server.baseURL] {
            text = text.replacing(place, with: "PLACE")
        }
        text = text.replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z/, with: "TIME")
        text = text.masked(identifiersOf: 22, as: "RANDOM")
        // The next step names where the server is.
        if let next = text.range(of: "\nNext, ") { text = String(text[..<next.lowerBound]) }
        return text
    }
}

extension String {
    /// The text with a word for each base64url identifier of a length.
    ///
    /// A word boundary would not do: an identifier can begin or end with a hyphen.
    func masked(identifiersOf length: Int, as word: String) -> String {
        replacing(/[A-Za-z0-9_-]+/) { $0.output.count == length ? word : String($0.output) }
    }
}
