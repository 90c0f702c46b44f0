import Foundation
import Server
import SQLite
import Store
import TestSupport

/// A server process, and people who cannot sign in for different reasons.
struct SignInTimingBench {
    /// Whose name is typed, each time with a wrong password.
    enum Subject: String, CaseIterable {
        case known = "a person"
        case unknown = "an unknown name"
        case disabled = "a disabled person"
        case withoutPassword = "a person without a password"
        case olderHash = "a person with an older hash"
    }

    // A name may fail five times and this machine's address 200 times before the limits apply; a restart forgives all failures.
    private static let attemptsPerName = 4
    private static let names = 9

    private let folder = TemporaryDirectory().path
    private let server: ServerProcess

    /// - Parameter cost: the binary logarithm of scrypt's N.
    init(cost: Int) async throws {
        let store = try SQLiteStore(directory: folder + "/data")
        // An older hash is from a time when the cost was one step lower.
        let (hash, olderHash) = (try await Self.hash(cost), try await Self.hash(cost - 1))
        let hashes: [Subject: String] = [.known: hash, .disabled: hash, .olderHash: olderHash]
        for subject in Subject.allCases where subject != .unknown {
            for number in 0..<Self.names {
                try await store.users.add(
                    UserRecord(
                        name: Self.name(subject, number), passwordHash: hashes[subject],
                        isEnabled: subject != .disabled, createdAt: .now))
            }
        }
        await store.close()
        server = try ServerProcess.start(configuration: "[sign_in]\npassword_cost = \(cost)\n", in: folder)
    }

    func remove() {
        server.kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Measures milliseconds to the answer, in rounds of random order.
    func samples(rounds: Int) throws -> [Subject: [Double]] {
        var samples: [Subject: [Double]] = [:]
        var form = try readForm()
        for round in 0..<rounds {
            let attempt = round % (Self.names * Self.attemptsPerName)
            if round > 0, attempt == 0 {
                server.kill()
                try server.start()
                form = try readForm()
            }
            for subject in Subject.allCases.shuffled() {
                samples[subject, default: []].append(
                    try form.time(Self.name(subject, attempt / Self.attemptsPerName)))
            }
        }
        return samples
    }

    private static func hash(_ cost: Int) async throws -> String {
        guard let cost = PasswordCost(logarithm: cost) else { throw TestFailure("\(cost) is not a cost") }
        return try await PasswordHasher(cost).hash("violet harbour lantern")
    }

    /// Names of one length, so that the pages are too.
    private static func name(_ subject: Subject, _ number: Int) -> String {
        "\(subject)-\(number)".padding(toLength: 24, withPad: "x", startingAt: 0)
    }

    /// Reads the form of the sign-in page.
    private func readForm() throws -> Form {
        guard let port = server.baseURL.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw TestFailure("no port in \(server.baseURL)")
        }
        let wire = try Wire(port: port)
        wire.send("GET /account HTTP/1.1\r\nHost: x\r\n\r\n")
        let page = try wire.answer()
        guard let form = HTMLForm.all(in: page.body).first(where: { $0.passwordField != nil }) else {
            throw TestFailure("\(page.status): \(page.body)")
        }
        let cookie = page.fields["set-cookie"]?.prefix { $0 != ";" } ?? ""
        let found = Form(form: form, cookie: String(cookie), origin: server.baseURL, port: port)
        // The first attempts initialize lazy state.
        for number in 0..<4 { _ = try found.time("nobody-\(number)") }
        return found
    }
}

/// The form of a sign-in page, and how long its answers take.
private struct Form {
    let form: HTMLForm
    let cookie: String
    let origin: String
    let port: Int

    func time(_ name: String) throws -> Double {
        let typed = [form.nameField?.name: name, form.passwordField?.name: "amber harbour lantern"].compactMap {
            field, value in field.map { ($0, value) }
        }
        let body = TestServer.encode(
            form.submission(form.buttons.first, filling: Dictionary(uniqueKeysWithValues: typed)))
        let request = """
            POST \(form.action) HTTP/1.1\r
            Host: \(origin.dropFirst("http://".count))\r
            Origin: \(origin)\r
            Cookie: \(cookie)\r
            Content-Type: application/x-www-form-urlencoded\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """
        let wire = try Wire(port: port)
        let beginning = ContinuousClock.now
        wire.send(request)
        let answer = try wire.answer()
        let duration = ContinuousClock.now - beginning
        // Neither a limit nor another page.
        guard answer.status == 403, answer.body.contains(name) else {
            throw TestFailure("\(answer.status): \(answer.body)")
        }
        return duration / .milliseconds(1)
    }
}
