import TestSupport
import Testing

@Suite("The console in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct ConsoleBrowserTests {
    @Test(
        "From the first administrator to a client that is removed, with and without JavaScript, in both themes",
        .requiresPython, .requires("chromium"))
    func walk() throws {
        let walk = try BrowserWalk()
        let link = try #require(walk.server.startMessage.firstMatch(of: /http:\S+\/console\/setup\?key=\S+/)).output
        try walk.run(
            "console_walk.py", ServerProcess.binary.path, walk.server.baseURL, walk.server.directory, walk.chromium,
            BrowserWalk.pictures, String(link))
        #expect(walk.server.terminate() == 0)
    }
}
