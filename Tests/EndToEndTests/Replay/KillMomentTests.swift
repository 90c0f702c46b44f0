import Foundation
import TestSupport
import Testing

@Suite(
    "kill -9 on the real process at any moment of many exchanges", .ownThreads, .serialized, .timeLimit(.minutes(10)))
struct KillMomentTests {
    /// Kills for each client. `make soak` has more.
    private static let rounds = ProcessInfo.processInfo.environment["KILL_ROUNDS"].flatMap { Int($0) } ?? 10

    /// What a client exchanges for tokens.
    private enum Exchange: Hashable {
        case code(String)
        case refreshToken(String)

        func send(_ caller: GrantCaller) async throws -> Answer {
            switch self {
            case .code(let code): try await caller.redeem(code)
            case .refreshToken(let token): try await caller.refresh(token)
            }
        }
    }

    /// What came back before the kill: an answer for each time that the exchange was sent, `nil` for a lost one.
    private typealias Outcomes = [Exchange: [Answer?]]

    @Test("No code or refresh token gives two answers, and no received token is lost", arguments: GrantClient.allCases)
    func moments(_ client: GrantClient) async throws {
        let setting = try await KilledServer(client)
        var random = SeededRandom(seed: 9)
        var (received, lost) = (0, 0)
        for _ in 0..<Self.rounds {
            let exchanges = try await exchanges(setting)
            let sent = ContinuousClock.now
            let outcomes = try await race(exchanges, setting, meanwhile: Int.random(in: 0..<16, using: &random))
            try setting.restart()
            for (exchange, outcomes) in outcomes {
                let answers = outcomes.compactMap(\.self)
                received += answers.count
                lost += outcomes.count - answers.count
                if case .refreshToken = exchange, client == .authenticated {
                    try await expectRepetition(of: exchange, answers, since: sent, setting.caller)
                } else {
                    try await expectOneAnswer(to: exchange, answers, isSentOnce: outcomes.count == 1, setting.caller)
                }
            }
        }
        #expect(received > 0 && lost > 0)
        #expect(setting.stop() == 0)
    }

    /// Gets six codes and six refresh tokens. Every third is to be sent twice.
    private func exchanges(_ setting: KilledServer) async throws -> [Exchange] {
        var exchanges: [Exchange] = []
        for number in 0..<12 {
            let code = try await setting.code()
            var exchange = Exchange.code(code)
            if number % 2 == 1 {
                exchange = .refreshToken(try #require(try await setting.caller.redeem(code)["refresh_token"]))
            }
            exchanges += Array(repeating: exchange, count: number % 3 == 2 ? 2 : 1)
        }
        return exchanges
    }

    /// Sends everything at once, and kills the server.
    ///
    /// - Parameter requests: how many other requests the server answers before the kill. They measure its progress, whatever the speed of
    ///   the machine.
    private func race(
        _ exchanges: [Exchange], _ setting: KilledServer, meanwhile requests: Int
    ) async throws -> Outcomes {
        let connection = try await RawConnection(port: setting.port)
        let (caller, process) = (setting.caller, setting.processIdentifier)
        return await withTaskGroup(of: (Exchange, Answer?)?.self) { group in
            for exchange in exchanges { group.addTask { (exchange, try? await exchange.send(caller)) } }
            group.addTask {
                for _ in 0..<requests {
                    _ = try? await connection.status(of: "GET /health/live HTTP/1.1\r\nHost: as.example\r\n\r\n")
                }
                kill(process, SIGKILL)
                return nil
            }
            return await group.reduce(into: [:]) { outcomes, result in
                if let (exchange, answer) = result { outcomes[exchange, default: []].append(answer) }
            }
        }
    }

    /// Codes, and the refresh tokens of public clients: received tokens work, and a second use ends them.
    private func expectOneAnswer(
        to exchange: Exchange, _ answers: [Answer], isSentOnce: Bool, _ caller: GrantCaller
    ) async throws {
        var successes = answers.filter { $0.status == 200 }
        if isSentOnce, let answer = answers.first {
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try await caller.userInfo(answer["access_token"] ?? "").status == 200)
            #expect(try await caller.refresh(answer["refresh_token"] ?? "").status == 200)
        }
        let again = try await exchange.send(caller)
        // If the answer was lost, the exchange may have taken place or not.
        #expect(again.status == 200 || again["error"] == "invalid_grant", "\(again.text)")
        if again.status == 200 { successes.append(again) }
        #expect(successes.count <= 1)
        #expect(try await exchange.send(caller)["error"] == "invalid_grant")
        for success in successes {
            #expect(try await caller.userInfo(success["access_token"] ?? "").status == 401)
            #expect(try await caller.refresh(success["refresh_token"] ?? "")["error"] == "invalid_grant")
        }
    }

    /// Refresh tokens of clients that authenticate: for a minute a lost answer is given again, always with the same successor.
    private func expectRepetition(
        of exchange: Exchange, _ answers: [Answer], since sent: ContinuousClock.Instant, _ caller: GrantCaller
    ) async throws {
        let all = answers + [try await exchange.send(caller), try await exchange.send(caller)]
        guard all.allSatisfy({ $0.status == 200 }) else {
            #expect(ContinuousClock.now - sent > .seconds(50), "\(all.map { $0["error_description"] ?? "" })")
            return
        }
        let successors = Set(all.map { $0["refresh_token"] })
        #expect(successors.count == 1)
        #expect(try await caller.refresh(successors.first.flatMap(\.self) ?? "").status == 200)
    }
}
