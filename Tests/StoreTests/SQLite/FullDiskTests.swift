import Countersign
import CountersignStore
import Foundation
import Testing

@testable import CountersignStoreSQLite

@Suite("SQLite: on a disk that is really full")
struct FullDiskTests {
    @Test("Claims are turned away with the reason, and taken again when there is room", .timeLimit(.minutes(5)))
    func full() async throws {
        guard let disk = SmallDisk() else {
            print("skipped: a small file system cannot be mounted here, so the disk was not really full")
            return
        }
        let clock = TestClock()
        let store = try SQLiteStore(directory: disk.path + "/data", clock: { clock.now })
        let filler = disk.path + "/filler"
        #expect(try await store.claim(Samples.claim("before")) == .firstUse)
        disk.fill(filler)

        let turnedAway = try await TroubleTests.claimUntilFull(store)
        #expect(await store.obstacle() == "the disk is full")
        await #expect(throws: StoreError.unavailable("the disk is full")) { try await store.save(Samples.token("a")) }

        try FileManager.default.removeItem(atPath: filler)
        #expect(await store.obstacle() == nil)
        #expect(try await store.claim(Samples.claim(turnedAway)) == .firstUse)
        #expect(try await store.claim(Samples.claim("before")) == .replayed)
        await store.close()
    }
}

/// A file system of two megabytes, where this may be mounted.
private final class SmallDisk {
    let path = FileManager.default.temporaryDirectory.path + "/countersign-disk-\(UUID().uuidString)"

    init?() {
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Self.run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", path) else {
            try? FileManager.default.removeItem(atPath: path)
            return nil
        }
    }

    deinit {
        _ = Self.run("umount", "-l", path)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Leaves no room at all.
    func fill(_ file: String) {
        guard let handle = fopen(file, "w") else { return }
        setvbuf(handle, nil, _IONBF, 0)
        for size in [4096, 1] { while fwrite([UInt8](repeating: 1, count: size), 1, size, handle) == size {} }
        fclose(handle)
    }

    private static func run(_ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            return false
        }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
