/// The rows about people: the requests around a sign-in, as multiples of `client_credentials` in the same round.
struct PeopleRows {
    let results: Results

    private static let kinds: [(kind: RequestKind, title: String, multiple: Double)] = [
        (.authorizationCode, "Code exchange with ID token", 2.2), (.refreshToken, "Refresh with ID token", 1.8),
        (.introspection, "Introspection of a JWT", 0.8),
        (.authorization, "Authorization request with session and consent", 2),
    ]

    func rows() throws -> [Row] {
        let reference = try rounds(.clientCredentials)
        guard reference.cpu.count > 0 else { return [] }
        var rows = [
            Row("client_credentials, RS256 in, ES256 JWT out: CPU per request", reference.cpu, "µs", .nothing),
            Row("  requests/s", reference.speed, "", .nothing), Row("  p99", reference.tail, "ms", .nothing),
        ]
        for (kind, title, multiple) in Self.kinds {
            let measured = try rounds(kind)
            rows += [
                Row(
                    "\(title): CPU, multiple of client_credentials", measured.cpu.divided(by: reference.cpu), "×",
                    .atMost(multiple)),
                Row("  CPU per request", measured.cpu, "µs", .nothing),
                Row("  requests/s", measured.speed, "", .nothing), Row("  p99", measured.tail, "ms", .nothing),
            ]
        }
        return rows
    }

    private func rounds(_ kind: RequestKind) throws -> (cpu: Rounds, speed: Rounds, tail: Rounds) {
        let name = "people-\(kind.rawValue)"
        return (
            try results.rounds(name, "server_cpu_us_per_request"), try results.rounds(name, "requests_per_second"),
            try results.rounds(name) { $0.number("latency_ms", "p99") }
        )
    }
}
