import TestSupport
import Testing

@Suite("The first steps in the console, in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct FirstStepsBrowserTests {
    /// docs/first-steps-in-the-console.md describes the same clicks.
    @Test(
        "Somebody who never saw it registers a client, uploads its key and reads why it was refused, in few clicks",
        .requiresPython, .requires("chromium"))
    func walk() throws {
        let server = try ServerProcess.start(
            configuration: ServerProcess.cheapPasswords, in: TemporaryDirectory().path)
        defer { server.remove() }
        let link = try #require(server.startMessage.firstMatch(of: /http:\S+\/console\/setup\?key=\S+/)).output
        try BrowserWalk.run(
            "first_steps_walk.py",
            [
                ServerProcess.binary.path, server.baseURL, server.directory, try #require(Program.path("chromium")),
                BrowserWalk.pictures, String(link),
            ])
        #expect(server.terminate() == 0)
    }
}
