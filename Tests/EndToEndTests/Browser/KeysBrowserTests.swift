import TestSupport
import Testing

@Suite("The keys of clients and the key set tester in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct KeysBrowserTests {
    /// docs/rotate-a-key.md and docs/use-a-jwks-uri.md describe the same clicks.
    @Test(
        "A key is rotated and a key set is tested, with and without JavaScript, in both themes", .requiresPython,
        .requires("chromium"))
    func walk() throws {
        let walk = try BrowserWalk(
            configuration: ServerProcess.cheapPasswords + "\n[remote_keys]\nallow_http_loopback = true\n")
        let data = ["--data", walk.server.directory]
        try ServerProcessTests.expectSuccess(["user", "edit", "alice", "--group", "admin"] + data)
        try walk.run(
            "keys_walk.py", ServerProcess.binary.path, walk.server.baseURL, walk.server.directory, walk.chromium,
            BrowserWalk.pictures)
        #expect(walk.server.terminate() == 0)
    }
}
