import TestSupport
import Testing

@Suite("The overview and the refusals of the console in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct OverviewBrowserTests {
    @Test(
        "What happens is seen live, paused, offline and without JavaScript, and what strangers send is text",
        .requiresPython, .requires("chromium"))
    func walk() throws {
        let walk = try BrowserWalk()
        try ServerProcessTests.expectSuccess([
            "user", "edit", "alice", "--group", "admin", "--data", walk.server.directory,
        ])
        try walk.run(
            "overview_walk.py", ServerProcess.binary.path, walk.server.baseURL, walk.server.directory, walk.chromium,
            BrowserWalk.pictures)
        #expect(walk.server.terminate() == 0)
    }
}
