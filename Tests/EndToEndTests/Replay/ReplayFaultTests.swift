import Countersign
import Store
import SQLite
import Foundation
import GRDB
import TestSupport
import Testing

@Suite("Rule 24 on the real process: faults", .ownThreads, .serialized)
struct ReplayFaultTests {
    @Test("kill -9 under load, three times: no accepted assertion is accepted again", .timeLimit(.minutes(10)))
    func killed() async throws {
        let setup = try await ReplayProcess()
        let ledger = Ledger()
        for round in 1...3 {
            let server = try setup.start()
            let process = server.processIdentifier
            await server.load(ledger, accepted: round * 300) { kill(process, SIGKILL) }
            server.kill()
        }
        let accepted = ledger.assertions(200)
        #expect(accepted.count >= 900)
        let server = try setup.start()
        #expect(try await server.statuses(of: accepted) == [401: accepted.count])
        #expect(server.terminate() == 0)
        setup.remove()
    }

    @Test(
        "A disk that fills up under load: 503, no replay, and recovery once there is room",
        .enabled(if: SmallDisk.isAvailable, "a small file system cannot be mounted here"), .timeLimit(.minutes(10)))
    func fullDisk() async throws {
        let disk = try #require(SmallDisk(megabytes: 3))
        let setup = try await ReplayProcess(directory: disk.path + "/data")
        let server = try setup.start()
        let ledger = Ledger()
        disk.fill()
        // Free space in the log's existing pages is used up first.
        for _ in 0..<40 where ledger.assertions(503).count < 64 {
            let assertions = try (0..<64).map { _ in try ReplayProcess.assertion() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for assertion in assertions {
                    group.addTask { [port = server.port] in
                        let connection = try await RawConnection(port: port)
                        ledger.note(assertion, try await connection.status(of: RawConnection.tokenRequest(assertion)))
                        try await connection.close()
                    }
                }
                try await group.waitForAll()
            }
        }
        let (accepted, refused) = (ledger.assertions(200), ledger.assertions(503))
        #expect(refused.count >= 64)
        let counted = try await server.statuses(of: accepted)
        #expect(counted == (accepted.isEmpty ? [:] : [401: accepted.count]))

        try disk.makeRoom()
        #expect(try await server.statuses(of: refused) == [200: refused.count])
        #expect(try await server.statuses(of: accepted + refused) == [401: accepted.count + refused.count])
        #expect(server.terminate() == 0)
        withExtendedLifetime(disk) {}
    }

    @Test("A torn write-ahead log: data after the last commit is ignored, and nothing is accepted again")
    func tornLog() async throws {
        let setup = try await ReplayProcess()
        let ledger = Ledger()
        for round in 1...3 {
            let server = try setup.start()
            let process = server.processIdentifier
            await server.load(ledger, accepted: round * 100) { kill(process, SIGKILL) }
            server.kill()
            let file = URL(fileURLWithPath: setup.directory + "/countersign.sqlite-wal")
            let log = try WriteAheadLog(Data(contentsOf: file))
            // A torn frame, random bytes, and a stale copy of an earlier frame.
            let tail: Data =
                switch round {
                case 1: log.lastFrame.prefix(1000)
                case 2: Data((0..<5000).map { _ in UInt8.random(in: 0...255) })
                default: log.lastFrame
                }
            try (log.committed + tail).write(to: file)
        }
        let accepted = ledger.assertions(200)
        #expect(accepted.count >= 300)
        let server = try setup.start()
        #expect(try await server.statuses(of: accepted) == [401: accepted.count])
        #expect(server.terminate() == 0)
        setup.remove()
    }

    @Test("A second server on a data directory is refused, commands are not, and kill -9 leaves no lock behind")
    func secondServer() async throws {
        let setup = try await ReplayProcess()
        let server = try setup.start()
        let second = try ServerProcess.run(["serve", "--data", setup.directory, "--listen", "127.0.0.1:0"])
        #expect(second.status != 0)
        #expect(
            second.errors == """
                error: another server uses the data directory '\(setup.directory)' (process \(server.processIdentifier)). \
                Stop it first, or give this one a directory of its own with --data.

                """)
        try ServerProcessTests.expectSuccess([
            "client", "add", "--id", "other", "--name", "Other", "--jwks-uri", "https://client.example/jwks", "--data",
            setup.directory,
        ])
        try ServerProcessTests.expectSuccess(["client", "show", "other", "--data", setup.directory])
        #expect(try await server.statuses(of: [ReplayProcess.assertion()]) == [200: 1])
        server.kill()
        let next = try setup.start()
        #expect(next.terminate() == 0)
        setup.remove()
    }

    @Test("With a million live claims the server starts, remembers them, and accepts new ones")
    func millionClaims() async throws {
        let setup = try await ReplayProcess()
        let used = try ReplayProcess.assertion(expiresIn: 3000)
        let first = try setup.start()
        #expect(try await first.statuses(of: [used]) == [200: 1])
        #expect(first.terminate() == 0)
        try await setup.addClaims(1_000_000)
        #expect(try await setup.facts().claims == 1_000_001)

        let began = ContinuousClock.now
        let server = try setup.start()
        print("ready with a million live claims after \(ContinuousClock.now - began)")
        #expect(try await server.statuses(of: [used, try ReplayProcess.assertion()]) == [401: 1, 200: 1])
        #expect(server.terminate() == 0)
        setup.remove()
    }

    @Test("Beyond replay.maximum_live_claims new assertions get 503, used ones are refused, and doctor reports it")
    func bounded() async throws {
        let setup = try await ReplayProcess()
        let file = setup.directory + "/countersign.toml"
        try "[replay]\nmaximum_live_claims = 5\n".write(toFile: file, atomically: true, encoding: .utf8)
        let server = try setup.start(["--config", file])
        let assertions = try (0..<5).map { _ in try ReplayProcess.assertion() }
        #expect(try await server.statuses(of: assertions) == [200: 5])
        #expect(try await server.statuses(of: [try ReplayProcess.assertion()]) == [503: 1])
        #expect(try await server.statuses(of: assertions) == [401: 5])
        let doctor = try ServerProcess.run(["doctor", "--config", file, "--data", setup.directory])
        #expect(doctor.status == 1)
        #expect(doctor.output.contains("5 used assertions are remembered, and 5 are allowed"), "\(doctor.output)")
        #expect(server.terminate() == 0)
        setup.remove()
    }
}

/// An SQLite write-ahead log up to its last commit (https://www.sqlite.org/fileformat2.html#walformat).
private struct WriteAheadLog {
    /// The header and the frames of committed transactions.
    let committed: Data
    let lastFrame: Data

    init(_ file: Data) {
        let pageSize = Self.number(file, 8)
        let salts = file[16..<24]
        let frame = 24 + pageSize
        var end = 32
        var position = 32
        while position + frame <= file.count, file[(position + 8)..<(position + 16)] == salts {
            position += frame
            if Self.number(file, position - frame + 4) != 0 { end = position }
        }
        committed = file[..<end]
        lastFrame = file[(end - frame)..<end]
    }

    private static func number(_ file: Data, _ position: Int) -> Int {
        file[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
    }
}

extension ReplayProcess {
    /// Adds claims to the log in batches of a thousand that expire in half an hour.
    func addClaims(_ count: Int) async throws {
        let database = try DatabaseQueue(path: directory + "/countersign.sqlite")
        try await database.write { db in
            let slice = (try Int64.fetchOne(db, sql: "SELECT max(number) FROM replay_slice") ?? 0) + 1
            let now = UnixTime.now
            try db.execute(
                sql: "INSERT INTO replay_slice VALUES (?, ?, ?)",
                arguments: [slice, now.milliseconds, (now + .seconds(1800)).milliseconds])
            var random = SeededRandom(seed: 24)
            for batch in 0..<(count / 1000) {
                let words = (0..<2000).map { _ in random.next() }
                try db.execute(
                    sql: "INSERT INTO replay_batch VALUES (?, ?)",
                    arguments: [slice << 32 + Int64(batch), words.withUnsafeBytes { Data($0) }])
            }
        }
        try database.close()
    }
}
