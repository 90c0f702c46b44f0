import TestSupport
import Testing

@Suite("The console on a full disk, in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct FullDiskBrowserTests {
    /// A shell that becomes a program after it has mounted a small file system at its first argument, in a namespace of its own.
    private static let smallDisk = [
        "/usr/bin/env", "unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
        "mkdir -p \"$0\" && mount -t tmpfs -o size=16m,mode=700 tmpfs \"$0\" && exec \"$@\"",
    ]

    /// Containers may forbid to mount anything.
    private static var canMount: Bool {
        Program.run(Array(smallDisk.dropFirst()) + [TemporaryDirectory().path, "true"])
    }

    @Test(
        "Pages can still be read, nothing is half saved, and what was typed is saved once there is space",
        .requiresPython, .requires("chromium", "unshare", "nsenter"),
        .enabled(if: canMount, "needs the right to mount a file system in a namespace of its own"))
    func walk() throws {
        let folder = TemporaryDirectory().path
        let server = try ServerProcess.start(
            configuration: ServerProcess.cheapPasswords, in: folder, launcher: { Self.smallDisk + [$0] })
        defer { server.remove() }
        let link = try #require(server.startMessage.firstMatch(of: /http:\S+\/console\/setup\?key=\S+/)).output
        try BrowserWalk.run(
            "full_disk_walk.py",
            [
                server.baseURL, server.directory, String(server.processIdentifier),
                try #require(Program.path("chromium")), BrowserWalk.pictures, String(link),
            ])
        #expect(server.terminate() == 0)
    }
}
