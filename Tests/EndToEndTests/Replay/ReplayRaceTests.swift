import Countersign
import Foundation
import TestSupport
import Testing

@Suite("Rule 24: simultaneous uses of one assertion", .ownThreads, .serialized)
struct ReplayRaceTests {
    /// `make soak` runs 5,000 rounds, which take three minutes in a debug build.
    private static let rounds = ProcessInfo.processInfo.environment["RACE_ROUNDS"].flatMap { Int($0) } ?? 200

    /// Attack: a server that looked up a jti and then saved it accepted 26 of 32 simultaneous copies.
    @Test("Exactly one of 64 simultaneous copies gets a token, in RACE_ROUNDS rounds")
    func race() async throws {
        let server = try await TestServer(clients: [TestClient(id: "billing")])
        let connections = try await withThrowingTaskGroup(of: RawConnection.self) { group in
            for _ in 0..<64 { group.addTask { try await RawConnection(port: server.port) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for round in 0..<Self.rounds {
            let request = RawConnection.tokenRequest(try Assertion().signed())
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for connection in connections { group.addTask { try await connection.status(of: request) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let winners = statuses.count { $0 == 200 }
            let refused = statuses.count { $0 == 401 }
            #expect((winners, refused) == (1, 63), "round \(round)")
        }
        for connection in connections { try await connection.close() }
        try await server.stop()
    }
}
