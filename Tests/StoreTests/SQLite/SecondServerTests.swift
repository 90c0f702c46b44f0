import Countersign
import Store
import Foundation
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: a second server on one database")
struct SecondServerTests {
    @Test(
        "The directory stays locked after its lock file is removed, also through a symbolic link",
        arguments: [false, true])
    func fileRemoved(_ isLinked: Bool) async throws {
        let bench = try SQLiteBench()
        let links = TemporaryDirectory()
        try FileManager.default.removeItem(atPath: DataDirectoryLock.path(in: bench.directory.path))
        var directory = bench.directory.path
        if isLinked {
            try DataDirectory.prepare(links.path)
            try FileManager.default.createSymbolicLink(atPath: links.path + "/link", withDestinationPath: directory)
            directory = links.path + "/link"
        }
        #expect(throws: StoreError.inUse(directory: directory, process: nil)) { try SQLiteStore(directory: directory) }
        await bench.store.close()
        _ = try SQLiteStore(directory: directory)
    }

    @Test("The directory stays locked while only the replay part of its store is in use")
    func replayPart() throws {
        let directory = TemporaryDirectory()
        func part() throws -> any ReplayStore { try SQLiteStore(directory: directory.path).replay }
        let replay = try part()
        #expect(throws: StoreError.inUse(directory: directory.path, process: Int(getpid()))) {
            try SQLiteStore(directory: directory.path)
        }
        withExtendedLifetime(replay) {}
    }

    @Test("Moving the database while the first server runs closes that server's replay log permanently")
    func databaseMoved() async throws {
        let bench = try SQLiteBench()
        let first = bench.store
        #expect(try await first.replay.claim(Samples.claim("before")) == .firstUse)
        let other = TemporaryDirectory()
        try DataDirectory.prepare(other.path)
        // The lock is on the directory that the files have left. The links serve files that the first server opens later.
        let (old, new) = (DatabaseFile(directory: bench.directory.path).path, DatabaseFile(directory: other.path).path)
        for suffix in DatabaseFile.suffixes where FileManager.default.fileExists(atPath: old + suffix) {
            try FileManager.default.moveItem(atPath: old + suffix, toPath: new + suffix)
            try FileManager.default.createSymbolicLink(atPath: old + suffix, withDestinationPath: new + suffix)
        }
        let clock = bench.clock
        let second = try SQLiteStore(directory: other.path, clock: { clock.now })
        #expect(try await second.replay.claim(Samples.claim("before")) == .replayed)

        let reason = StoreUnavailable(ReplayLogOwner.OwnershipLost.reason)
        await #expect(throws: reason) { try await first.replay.claim(Samples.claim("a")) }
        // The whole log is closed: it cannot know what the second server accepts.
        await #expect(throws: reason) { try await first.replay.claim(Samples.claim("before")) }
        await #expect(throws: StoreError.unavailable(reason.reason)) { try await first.replay.sweepStep() }
        #expect(await first.writeProblem() == reason.reason)
        #expect(try await second.replay.claim(Samples.claim("a")) == .firstUse)
        #expect(try await second.replay.claim(Samples.claim("a")) == .replayed)
    }

    @Test("A sweep by the first server removes no rows of the second")
    func sweep() async throws {
        let bench = try SQLiteBench()
        #expect(try await bench.store.replay.claim(Samples.claim("a")) == .firstUse)
        try bench.onWriter("UPDATE replay_log SET owner = x'00'")
        bench.clock.advance(by: .seconds(1_000_000))
        await #expect(throws: StoreError.unavailable(ReplayLogOwner.OwnershipLost.reason)) {
            try await bench.store.replay.sweepStep()
        }
        #expect(try bench.count("replay_batch") == 1)
        #expect(try bench.count("replay_slice") == 1)
    }

    @Test("The expiry of a slice never becomes earlier")
    func latestExpiry() async throws {
        let bench = try SQLiteBench()
        #expect(try await bench.store.replay.claim(Samples.claim("a")) == .firstUse)
        try bench.onWriter("UPDATE replay_slice SET latest_expiry = 9000000000000")
        #expect(try await bench.store.replay.claim(Samples.claim("b", expiresIn: .seconds(3600))) == .firstUse)
        #expect(try bench.number("SELECT latest_expiry FROM replay_slice") == 9_000_000_000_000)
    }
}
