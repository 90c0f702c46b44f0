import Countersign
import Foundation
import SQLite
import Server
import Store
import Synchronization
import TestSupport
import Testing

@Suite(
    "kill -9 on the real process while codes are redeemed and tokens refreshed", .ownThreads,
    .serialized)
struct ExchangeFaultTests {
    /// A data directory with a session, and grants in it whose clients may get tokens.
    private struct Setup {
        let process: GrantProcess
        let session: SessionRecord

        init() async throws {
            process = try await GrantProcess()
            session = SessionRecord(
                digest: RandomBytes.make(32), user: process.user.id, authenticatedAt: .now, methods: ["pwd"],
                createdAt: .now, expiresAt: .now + .seconds(86_400))
            let store = try process.store()
            try await store.sessions.add(session, replacing: nil, passwordChangedAt: nil)
            await store.close()
        }

        /// Stores grants, as the authorization endpoint does, and returns their codes. The server must not run.
        func codes(_ count: Int, of client: GrantClient) async throws -> [String] {
            let store = try process.store()
            var codes: [String] = []
            for _ in 0..<count {
                let grant = AuthorizationGrantRecord(
                    user: process.user.id, client: ClientID(client.rawValue), scopes: ["read"], session: session.id,
                    authenticatedAt: .now, createdAt: .now)
                let secret = GrantSecret.generate(.authorizationCode, of: grant.id)
                // As late as the server accepts it, because it has to start twice in that time.
                let code = AuthorizationCodeRecord(
                    digest: secret.digest.digest, redirectURI: GrantClient.redirectURI,
                    challenge: GrantClient.challenge, expiresAt: .now + .seconds(115))
                try await store.grants.add(grant, code: code)
                codes.append(secret.text)
            }
            await store.close()
            return codes
        }
    }

    /// What a client knows of its codes and tokens.
    private final class Ledger: Sendable {
        struct State {
            /// The refresh tokens by what they were exchanged for: a code, or the token before.
            var answered: [String: String] = [:]
            var sent: Set<String> = []
        }
        private let state = Mutex(State())

        var known: State { state.withLock { $0 } }

        func send(_ secret: String) { state.withLock { _ = $0.sent.insert(secret) } }

        /// - Returns: the number of answers.
        func answer(_ secret: String, _ token: String) -> Int {
            state.withLock { state in
                state.answered[secret] = token
                return state.answered.count
            }
        }
    }

    @Test(
        "No code is redeemed twice, and no answered one is lost", .timeLimit(.minutes(10)),
        arguments: GrantClient.allCases)
    func codes(_ client: GrantClient) async throws {
        let setup = try await Setup()
        let codes = try await setup.codes(160, of: client)
        let began = ContinuousClock.now
        let ledger = Ledger()
        let first = try setup.process.start()
        let process = first.processIdentifier
        let caller = GrantCaller(server: first.called, client: client)
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<8 {
                group.addTask {
                    for index in stride(from: lane, to: codes.count, by: 8) {
                        ledger.send(codes[index])
                        guard let answer = try? await caller.redeem(codes[index]), answer.status == 200,
                            let token = answer["refresh_token"]
                        else { return }
                        if ledger.answer(codes[index], token) == 60 { kill(process, SIGKILL) }
                    }
                }
            }
        }
        first.kill()
        let known = ledger.known
        #expect(known.answered.count >= 60 && known.answered.count < codes.count)

        let second = try setup.process.start()
        let again = GrantCaller(server: second.called, client: client)
        for code in codes {
            if let token = known.answered[code] {
                #expect(try await again.refresh(token).status == 200)
                #expect(try await again.redeem(code)["error"] == "invalid_grant")
                continue
            }
            let answer = try await again.redeem(code)
            // Without an answer it may have been redeemed. Without a request it was not.
            let mayBeOver = known.sent.contains(code) || ContinuousClock.now - began > .seconds(100)
            #expect(answer.status == 200 || mayBeOver && answer["error"] == "invalid_grant")
            #expect(try await again.redeem(code)["error"] == "invalid_grant")
            #expect(try await again.refresh(answer["refresh_token"] ?? "").status == 400)
        }
        #expect(second.terminate() == 0)
        setup.process.remove()
    }

    @Test(
        "No refresh token is replaced twice, and no answered successor is lost",
        .timeLimit(.minutes(10)), arguments: GrantClient.allCases)
    func rotations(_ client: GrantClient) async throws {
        let setup = try await Setup()
        let codes = try await setup.codes(8, of: client)
        let ledger = Ledger()
        let first = try setup.process.start()
        let process = first.processIdentifier
        let caller = GrantCaller(server: first.called, client: client)
        /// The tokens of each grant, in order, as far as their client received them, and when it asked for the one that it did not receive.
        let chains = await withTaskGroup(of: (tokens: [String], asked: ContinuousClock.Instant).self) { group in
            for code in codes {
                group.addTask {
                    guard let token = try? await caller.redeem(code)["refresh_token"] else { return ([], .now) }
                    var (chain, asked) = ([token], ContinuousClock.now)
                    while let last = chain.last, let next = try? await caller.refresh(last)["refresh_token"] {
                        chain.append(next)
                        asked = .now
                        if ledger.answer(last, next) == 80 { kill(process, SIGKILL) }
                    }
                    return (chain, asked)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        first.kill()
        #expect(chains.map(\.tokens.count).reduce(0, +) >= 88)

        let second = try setup.process.start()
        let again = GrantCaller(server: second.called, client: client)
        for (chain, asked) in chains {
            let last = try #require(chain.last)
            let next = try await again.refresh(last)
            if client == .authenticated {
                // A client that authenticates gets a lost answer again for a minute.
                guard next.status == 200 else {
                    #expect(ContinuousClock.now - asked > .seconds(50), "\(next)")
                    continue
                }
                #expect(try await again.refresh(last)["refresh_token"] == next["refresh_token"])
            } else {
                // The answer may have been lost; a token that was used is then a reuse.
                #expect(next.status == 200 || next["error"] == "invalid_grant")
                #expect(try await again.refresh(last)["error"] == "invalid_grant")
                #expect(try await again.refresh(next["refresh_token"] ?? "").status == 400)
            }
            #expect(Set(chain).count == chain.count)
        }
        #expect(second.terminate() == 0)
        setup.process.remove()
    }
}
