import Countersign
import Foundation
import GRDB
import Store
import TestSupport
import Testing

@testable import SQLite

@Suite("The change log, on the command line and a running server", .ownThreads)
struct ChangesProcessTests {
    private static func succeed(_ arguments: [String], _ server: ServerProcess) throws -> String {
        try ServerProcessTests.expectSuccess(arguments + ["--data", server.directory])
    }

    private static func changes(_ server: ServerProcess, _ arguments: String...) throws -> [JSONObject] {
        let output = try succeed(["changes", "list", "--json", "--limit", "1000"] + arguments, server)
        guard case .array(let elements) = try JSONValue(parsing: Array(output.utf8.dropLast())) else { return [] }
        return elements.compactMap { if case .object(let change) = $0 { change } else { nil } }
    }

    private static func doctor(_ server: ServerProcess) throws -> (status: Int32, output: String) {
        let result = try ServerProcess.run(["doctor", "--data", server.directory])
        return (result.status, result.output)
    }

    private static func tamper(_ server: ServerProcess, _ sql: String) throws {
        let database = try DatabaseQueue(path: DatabaseFile(directory: server.directory).path)
        try database.write { try $0.execute(sql: sql) }
        try database.close()
    }

    @Test("Commands are recorded, shown and undone beside a running server, and doctor finds what was altered")
    func life() throws {
        let server = try ServerProcess()
        defer { server.remove() }
        _ = try Self.succeed(["client", "add", "--id", "billing", "--name", "Billing"], server)
        _ = try Self.succeed(["client", "edit", "billing", "--name", "Bill\u{202E}ing"], server)
        _ = try Self.succeed(["resource", "add", "https://api.example"], server)
        let all = try Self.changes(server)
        #expect(
            all.prefix(3).map { $0.string("action")?.text } == [
                "resource.added", "client.changed", "client.registered",
            ])
        // The keys that the server made when it started.
        #expect(all.dropFirst(3).allSatisfy { $0.string("action")?.text == "server_key.added" })
        let found = try #require(try Self.changes(server, "--subject", "client:billing").first)
        guard case .number(let number)? = found["number"] else { throw TestFailure("no number") }
        let shown = try Self.succeed(["changes", "show", number.literal], server)
        #expect(shown.contains(#"- client_name: "Billing""#))
        #expect(shown.contains(#"+ client_name: "Bill\u{202e}ing""#))
        #expect(shown.contains("command line"))
        _ = try Self.succeed(["changes", "undo", number.literal], server)
        #expect(try Self.succeed(["client", "show", "billing"], server).contains("Billing"))
        let again = try ServerProcess.run(["changes", "undo", number.literal, "--data", server.directory])
        #expect(again.status == 1)
        #expect(again.errors.contains("client_name"))

        #expect(try Self.doctor(server).output.contains("The change log is complete"))
        #expect(server.terminate() == 0)
        // The server has countersigned the log before it ended.
        try Self.tamper(server, "UPDATE change SET actor_id = CAST('mallory' AS BLOB) WHERE number = \(number.literal)")
        let altered = try Self.doctor(server)
        #expect(altered.status == 1)
        #expect(altered.output.contains("Change \(number.literal) is not what was recorded."))
    }

    @Test("An archive has every change, and the log can be shortened to what follows it")
    func archive() throws {
        let server = try ServerProcess()
        defer { server.remove() }
        for number in 1...3 { _ = try Self.succeed(["resource", "add", "urn:example:\(number)"], server) }
        let lines = try Self.succeed(["changes", "export"], server).split(separator: "\n")
        let rows = try lines.map { try JSONObject(parsing: Array($0.utf8)) }
        #expect(rows.count == (try Self.changes(server).count))
        let last = try #require(rows.dropLast().last)
        guard case .number(let number)? = last["number"], let digest = last.string("digest")?.text else {
            throw TestFailure("no digest")
        }
        let remove = ["changes", "remove", "--through", number.literal, "--yes", "--digest"]
        let wrong = try ServerProcess.run(
            remove + [Base64URL.encode(Array(repeating: 0, count: 32)), "--data", server.directory])
        #expect(wrong.status == 1)
        _ = try Self.succeed(remove.dropLast() + ["--digest=" + digest], server)
        #expect(try Self.changes(server).map { $0.string("action")?.text } == ["changes.removed", "resource.added"])
        #expect(try Self.doctor(server).output.contains("The change log is complete"))
    }

    @Test("The chain holds while commands and a server that is killed change things", .timeLimit(.minutes(5)))
    func killed() throws {
        let server = try ServerProcess()
        defer { server.remove() }
        for round in 0..<3 {
            let group = DispatchGroup()
            for number in 0..<4 {
                group.enter()
                Thread.detachNewThread { [directory = server.directory] in
                    _ = try? ServerProcess.run([
                        "resource", "add", "urn:example:\(round):\(number)", "--data", directory,
                    ])
                    group.leave()
                }
            }
            server.kill()
            group.wait()
            try server.start()
        }
        #expect(try Self.changes(server, "--subject", "resource").count == 12)
        #expect(try Self.doctor(server).output.contains("The change log is complete"))
    }
}
