import Testing

extension HTTPProcessTests {
    @Suite("The maximum age of a connection", .server("requests_per_connection = 3\nconnection_lifetime_seconds = 1"))
    struct ConnectionAgeTests {
        @Test("The last allowed request closes the connection")
        func requests() throws {
            let answers = try ServerUnderTest.shared().answers(to: String(repeating: Requests.live, count: 5))
            #expect(answers.map(\.status) == [200, 200, 200])
            #expect(answers.map(\.fields["connection"]) == [nil, nil, "close"])
        }

        @Test("The first answer after the lifetime closes the connection")
        func lifetime() async throws {
            let wire = try ServerUnderTest.shared().wire()
            // The only way to test the lifetime is to let real time pass.
            try await Task.sleep(for: .milliseconds(1100))
            wire.send(Requests.live)
            #expect(try wire.answersToEnd().map(\.fields["connection"]) == ["close"])
        }
    }
}
