import TestSupport
import Testing

@Suite("The pages in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct BrowserTests {
    @Test(
        "People sign in, allow, cancel and sign out, by mouse or keyboard, with and without JavaScript",
        .requiresPython, .requires("chromium"))
    func walk() throws {
        let walk = try BrowserWalk()
        try walk.run(
            "browser_walk.py", ServerProcess.binary.path, walk.server.baseURL, walk.server.directory, walk.chromium,
            BrowserWalk.pictures)
        #expect(walk.server.terminate() == 0)
    }
}
