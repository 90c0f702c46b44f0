import TestSupport
import Testing

@Suite("The expiry calendar of the console in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct CalendarBrowserTests {
    /// It also makes the pictures of docs/expiry-calendar.md.
    @Test(
        "Month, list and filters; an address for calendar programs, with and without JavaScript", .requiresPython,
        .requires("chromium", "openssl"))
    func calendar() throws {
        let walk = try BrowserWalk()
        try walk.run(
            "calendar_walk.py", ServerProcess.binary.path, walk.server.baseURL, walk.server.directory, walk.chromium,
            BrowserWalk.pictures)
        #expect(walk.server.terminate() == 0)
    }
}
