import Administration
import Foundation
import HTTP
import Store

/// A server with one person in a temporary directory, for trying out.
struct TemporaryServer: Sendable {
    /// The person who can sign in.
    struct Person: Sendable {
        let name: String
        let password: String
    }

    let issuer: String
    let dataDirectory: String
    let person: Person

    /// Runs a server while `body` runs, until SIGTERM or SIGINT; then removes everything.
    static func with(_ body: @escaping @Sendable (TemporaryServer) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "countersign-playground-\(Hexadecimal.encode(RandomBytes.make(4)))"
        ).path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try DataDirectory.prepare(directory)
        let data = directory + "/data"
        let person = try await add(to: data)
        let flags = SettingsLayer(flags: [
            (Settings.known.data, .string(data)), (Settings.known.listen, .string("127.0.0.1:0")),
            (Settings.known.logLevel, .string("error")), (Settings.known.consoleIsEnabled, .boolean(false)),
            (Settings.known.managementListen, .string("off")),
        ])
        let running = try await RunningServer.prepare(try ServerConfiguration(flags: flags))
        let (issuers, listening) = AsyncStream.makeStream(of: String.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { listening.finish() }
                try await running.run { listening.yield($0.urls.issuer) }
            }
            group.addTask {
                for await issuer in issuers {
                    try await body(TemporaryServer(issuer: issuer, dataDirectory: data, person: person))
                }
            }
            // The server ends with a signal; the playground ends with the server.
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    private static func add(to data: String) async throws -> Person {
        let person = Person(name: "alice", password: password())
        var user = UserRecord(name: person.name, createdAt: .now)
        user.claims = [
            "name": "Alice Jones", "given_name": "Alice", "family_name": "Jones",
            "email": "alice@example.com", "email_verified": .boolean(true),
        ]
        _ = try await OpenedStore.with(data, creating: true) { [user] store in
            try await PeopleAdministration(store).add(
                user, password: NewPassword(person.password, settings: SignInSettings(), host: nil))
        }
        return person
    }

    /// A random password of four pronounceable words, about 48 bits.
    private static func password() -> String {
        let (consonants, vowels) = (Array("bdfgklmnprstvz"), Array("aeiou"))
        func syllable() -> String {
            let pair = [consonants.randomElement(), vowels.randomElement()]
            return String(pair.compactMap { $0 })
        }
        return (0..<4).map { _ in syllable() + syllable() }.joined(separator: "-")
    }
}
