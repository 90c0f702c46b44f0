import TestSupport
import Testing

@Suite("The playground in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct PlaygroundBrowserTests {
    @Test(
        "A walk from the first request to log-out, each refusal rule by rule, by mouse or keyboard, with and without JavaScript",
        .requiresPython, .requires("chromium"))
    func walk() throws {
        let walk = try BrowserWalk()
        let server = walk.server
        let playground = try PlaygroundProcess(["--issuer", server.baseURL, "--data", server.directory])
        try walk.run(
            "playground_walk.py", playground.url, server.baseURL, walk.chromium, BrowserWalk.pictures)
        #expect(playground.interrupt() == 0)
        let clients = try ServerProcess.run(["client", "list", "--data", server.directory])
        #expect(!clients.output.contains(playground.clientID), "the playground's client stays behind")
        #expect(server.terminate() == 0)
    }
}
