import TestSupport
import Testing

@Suite("The key store of the console in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct KeyStoreBrowserTests {
    /// WSO2's guide to private_key_jwt lists the key stores in its console (step 11), imports the certificate (step 12) and looks at it
    /// (step 13). docs/import-certificates-in-the-console.md describes the same clicks.
    @Test(
        "Steps 11 to 13 of WSO2's guide, click by click, with and without JavaScript; then a token with that key",
        .requiresPython, .requires("chromium", "keytool", "openssl"))
    func guide() throws {
        let walk = try BrowserWalk()
        let data = ["--data", walk.server.directory]
        try ServerProcessTests.expectSuccess(["user", "edit", "alice", "--group", "admin"] + data)
        try walk.run(
            "keystore_walk.py", ServerProcess.binary.path, walk.server.baseURL, walk.server.directory, walk.chromium,
            BrowserWalk.pictures)
        #expect(walk.server.terminate() == 0)
    }
}

@Suite(
    "Audit, people, server keys, resources and registration tokens in a browser", .ownThreads, .timeLimit(.minutes(10)))
struct OperationsBrowserTests {
    @Test(
        "Each page of the console, with and without JavaScript, at 320 pixels, by keyboard, checked with axe in light and dark",
        .requiresPython, .requires("chromium"))
    func walk() throws {
        let walk = try BrowserWalk()
        let data = ["--data", walk.server.directory]
        try ServerProcessTests.expectSuccess(["user", "edit", "alice", "--group", "admin"] + data)
        try walk.run(
            "operations_walk.py", ServerProcess.binary.path, walk.server.baseURL, walk.server.directory, walk.chromium,
            BrowserWalk.pictures)
        #expect(walk.server.terminate() == 0)
    }
}
