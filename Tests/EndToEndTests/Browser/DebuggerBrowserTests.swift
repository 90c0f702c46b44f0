import TestSupport
import Testing

@Suite("The assertion debugger in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct DebuggerBrowserTests {
    /// It also makes the pictures of docs/debug-an-assertion.md, which describes the same clicks.
    @Test(
        "An assertion is judged, also as if, and can still be sent, with and without JavaScript", .requiresPython,
        .requires("chromium"))
    func walk() throws {
        let walk = try BrowserWalk()
        try ServerProcessTests.expectSuccess([
            "user", "edit", "alice", "--group", "admin", "--data", walk.server.directory,
        ])
        try walk.run(
            "debugger_walk.py", ServerProcess.binary.path, walk.server.baseURL, walk.server.directory, walk.chromium,
            BrowserWalk.pictures)
        #expect(walk.server.terminate() == 0)
    }
}
