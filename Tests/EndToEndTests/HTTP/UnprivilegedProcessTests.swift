import TestSupport
import Testing

extension HTTPProcessTests {
    @Suite("Privileges")
    struct Privileges {
        /// Services do not run as root: what only root may do must not be needed to answer.
        @Test(
            "A process without privileges answers",
            .enabled(
                if: Program.run(["unshare", "--user", "--map-root-user", "true"]), "needs a namespace of its own"))
        func none() async throws {
            let server = try ServerProcess(launcher: ["/usr/bin/env", "unshare", "--user", "--map-root-user"])
            defer { server.remove() }
            #expect(try await server.called.get("/health/live").status == 200)
            #expect(server.terminate() == 0)
        }
    }
}
