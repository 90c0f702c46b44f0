import Countersign
import Store
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: on a full disk")
struct FullDiskTests {
    @Test(
        "Claims are refused with the reason, and accepted again once there is space",
        .enabled(if: SmallDisk.isAvailable, "a small file system cannot be mounted here"), .timeLimit(.minutes(5)))
    func full() async throws {
        let disk = try #require(SmallDisk(megabytes: 2))
        let clock = TestClock()
        let store = try SQLiteStore(directory: disk.path + "/data", clock: { clock.now })
        #expect(try await store.replay.claim(Samples.claim("before")) == .firstUse)
        disk.fill()

        let turnedAway = try await TroubleTests.claimUntilFull(store)
        #expect(await store.writeProblem() == "the disk is full")

        try disk.makeRoom()
        #expect(await store.writeProblem() == nil)
        #expect(try await store.replay.claim(Samples.claim(turnedAway)) == .firstUse)
        #expect(try await store.replay.claim(Samples.claim("before")) == .replayed)
        await store.close()
        withExtendedLifetime(disk) {}
    }
}
