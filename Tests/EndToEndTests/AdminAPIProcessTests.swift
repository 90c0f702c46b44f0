import CountersignJOSE
import Foundation
import TestSupport
import Testing

/// The commands of docs/admin-api.md, typed as they stand there.
@Suite("docs/admin-api.md", .ownThreads, .serialized, .requires("curl", "setsid"), .timeLimit(.minutes(5)))
struct AdminAPIProcessTests {
    private static let commands = [
        "client.sh", "token.sh", "list.sh", "add.sh", "disable.sh", "remove.sh", "retire.sh",
    ]

    @Test("has no command that is not run")
    func complete() {
        DocumentedBlock.expect("admin-api.md", isCoveredBy: Self.commands)
    }

    @Test("has commands that administer a running server")
    func commands() throws {
        let page = try DocumentedPage("admin-api.md")
        defer { page.remove() }
        let server = try page.serve(command: "countersign serve --data ./countersign-data")
        defer { server.kill() }
        try page.run("client.sh")
        try page.run("token.sh")
        let list = try page.object("list.sh")
        #expect(list["next"] == .null, "\(list.render())")
        let added = try page.object("add.sh")
        #expect(added.string("client_id") == "billing" && added["enabled"] == .boolean(true), "\(added.render())")
        let disabled = try page.object("disable.sh")
        #expect(disabled["enabled"] == .boolean(false), "\(disabled.render())")
        #expect(try page.run("remove.sh").contains("code") == false)
        let removed = try page.object("disable.sh")
        #expect(removed.string("code") == "no_client", "\(removed.render())")
        let retired = try page.object("retire.sh")
        guard case .array(let keys)? = retired["keys"], case .object(let key)? = keys.first else {
            throw TestFailure("there is no key: \(retired.render())")
        }
        #expect(key.string("status") == "retiring")
    }
}
