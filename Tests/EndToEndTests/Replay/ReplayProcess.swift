import Countersign
import Store
import SQLite
import Foundation
import Synchronization
import TestSupport

/// A data directory with one client, for servers that are started, killed and restarted in real time.
struct ReplayProcess {
    let directory: String
    private static let issuer = TestServer.issuer

    init(directory: String = TemporaryDirectory().path) async throws {
        self.directory = directory
        let store = try SQLiteStore(directory: directory)
        try await TestClient(id: "billing").register(in: store)
        await store.close()
    }

    func start(_ arguments: [String] = [], environment: [String: String] = [:]) throws -> ServerProcess {
        try ServerProcess(
            directory: directory, arguments: ["--issuer", Self.issuer] + arguments, environment: environment)
    }

    static func assertion(expiresIn seconds: Int64 = 600) throws -> String {
        try Assertion(claims: [("exp", .number(UnixTime.now.seconds + seconds))]).signed()
    }

    /// Reads the replay log's facts, also while a server is running.
    func facts() async throws -> ReplayLogFacts {
        let store = try SQLiteStore(directory: directory, role: .administration)
        let facts = try await store.replay.facts()
        await store.close()
        return facts
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: directory)
    }
}

/// Assertions and the statuses of their requests.
final class Ledger: Sendable {
    private let statuses = Mutex<[String: Int]>([:])

    /// Records a status, and returns how many assertions were accepted so far.
    @discardableResult
    func note(_ assertion: String, _ status: Int) -> Int {
        statuses.withLock { statuses in
            statuses[assertion] = status
            return statuses.values.count { $0 == 200 }
        }
    }

    func assertions(_ status: Int) -> [String] {
        statuses.withLock { $0.filter { $0.value == status }.map(\.key) }
    }
}

extension ServerProcess {
    var port: Int { Int(baseURL.split(separator: ":").last ?? "") ?? 0 }

    /// Sends each assertion once, over eight concurrent connections, and counts the statuses.
    func statuses(of assertions: [String]) async throws -> [Int: Int] {
        try await withThrowingTaskGroup(of: [Int].self) { group in
            let lanes = 8
            for lane in 0..<lanes {
                group.addTask { [port] in
                    let connection = try await RawConnection(port: port)
                    var statuses: [Int] = []
                    for index in stride(from: lane, to: assertions.count, by: lanes) {
                        statuses.append(try await connection.status(of: RawConnection.tokenRequest(assertions[index])))
                    }
                    try await connection.close()
                    return statuses
                }
            }
            return try await group.reduce(into: [:]) { sums, statuses in
                for status in statuses { sums[status, default: 0] += 1 }
            }
        }
    }

    /// Sends new assertions over 32 connections until `limit` were accepted or the server stops answering.
    ///
    /// - Parameter enough: called once at the limit, while requests are in progress.
    func load(_ ledger: Ledger, accepted limit: Int, enough: @escaping @Sendable () -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<32 {
                group.addTask { [port] in
                    guard let connection = try? await RawConnection(port: port) else { return }
                    while let assertion = try? ReplayProcess.assertion(),
                        let status = try? await connection.status(of: RawConnection.tokenRequest(assertion))
                    {
                        let accepted = ledger.note(assertion, status)
                        if status == 200, accepted == limit { enough() }
                        if accepted >= limit { break }
                    }
                    try? await connection.close()
                }
            }
        }
    }
}
