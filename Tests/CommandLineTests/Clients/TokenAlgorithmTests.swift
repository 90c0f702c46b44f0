import SQLite
import Server
import TestSupport
import Testing

@testable import Administration
@testable import CLI

@Suite("Algorithms of ID tokens, userinfo and introspection responses that the server has no key for")
struct TokenAlgorithmTests {
    private static let common: [SignatureAlgorithm] = [.rs256, .es256, .edDSA]

    /// - Parameter algorithm: of the access tokens of a server that has started; `nil` before the first start.
    private func withStore(
        _ algorithm: SignatureAlgorithm?, _ body: (any Store, ClientAdministration) async throws -> Void
    ) async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { Samples.now })
        if let algorithm {
            _ = try await ServerKeys.load(
                from: store, masterKey: MasterKey.generate(), algorithm: algorithm, at: Samples.now)
        }
        try await body(store, ClientAdministration(store))
        await store.close()
    }

    private static func client(_ response: SignedResponse, _ algorithm: SignatureAlgorithm?) -> ClientRecord {
        Samples.client { set(algorithm, for: response, in: &$0) }
    }

    private static func set(
        _ algorithm: SignatureAlgorithm?, for response: SignedResponse, in client: inout ClientRecord
    ) {
        switch response {
        case .idToken: client.signIn.idTokenAlgorithm = algorithm
        case .userInfo: client.signIn.userInfoAlgorithm = algorithm
        case .introspection: client.signIn.introspectionAlgorithm = algorithm
        }
    }

    @Test(
        "are refused in a new registration and in a change, and the others accepted",
        arguments: [
            (nil, SignatureAlgorithm.ps256, false), (.es256, .ps256, false), (.es256, .rs384, false),
            (.ps256, .ps256, true), (nil, .rs256, true), (nil, .edDSA, true), (.es256, .es256, true),
        ] as [(SignatureAlgorithm?, SignatureAlgorithm, Bool)], [SignedResponse.idToken, .userInfo, .introspection])
    func refused(
        _ example: (server: SignatureAlgorithm?, chosen: SignatureAlgorithm, isAccepted: Bool),
        _ response: SignedResponse
    ) async throws {
        try await withStore(example.server) { store, clients in
            let failure = ClientFailure.noSigningKey(.init(response, example.chosen), Self.common)
            let client = Self.client(response, example.chosen)
            let plain = ClientRecord(id: "plain", name: "Plain", createdAt: Samples.now)
            try await store.clients.add(plain, keys: [])
            let edit = {
                try await clients.edit("plain", removing: [], adding: [], at: Samples.now) {
                    Self.set(example.chosen, for: response, in: &$0)
                }
            }
            guard !example.isAccepted else {
                _ = try await clients.register(client, keys: [], at: Samples.now)
                _ = try await edit()
                return
            }
            await #expect(throws: failure) { try await clients.register(client, keys: [], at: Samples.now) }
            await #expect(throws: failure) { _ = try await edit() }
            #expect(try await clients.list() == [plain])
        }
    }

    @Test("do not keep a client that has one from other changes")
    func before() async throws {
        try await withStore(.es256) { store, clients in
            try await store.clients.add(Self.client(.idToken, .ps256), keys: [])
            let edited = try await clients.edit("billing", removing: [], adding: [], at: Samples.now) {
                $0.name = "New"
            }
            #expect(edited.details.client.name == "New")
        }
    }

    @Test("are explained with the algorithms that there are and the setting that adds another")
    func message() {
        let failure = ClientFailure.noSigningKey(.init(.userInfo, .ps256), Self.common)
        #expect(
            failure.message == """
                --userinfo-signing-alg: the server does not sign with PS256. Choose RS256, ES256, EdDSA; or make it the algorithm \
                of the server's access tokens (signing_algorithm = "PS256" under [access_tokens]), start the server once, and \
                repeat the command.
                """)
    }

    @Test(
        "are found by doctor in enabled clients, with what to do",
        arguments: [(SignatureAlgorithm.es256, true, 1), (.ps256, true, 0), (.es256, false, 0)],
        [(SignedResponse.idToken, "--id-token-signing-alg"), (.introspection, "--introspection-signing-alg")])
    func doctor(
        _ example: (server: SignatureAlgorithm, isEnabled: Bool, count: Int),
        _ response: (kind: SignedResponse, flag: String)
    ) async throws {
        let (isEnabled, count) = (example.isEnabled, example.count)
        try await withStore(example.server) { store, _ in
            var client = Self.client(response.kind, .ps256)
            client.isEnabled = isEnabled
            try await store.clients.add(client, keys: [KeyRecord(jwk: Samples.key, addedAt: Samples.now)])
            var diagnosis = Diagnosis()
            try await diagnosis.run(ClientChecks(serverValidity: .enforce, grace: .zero, now: Samples.now), on: store)
            #expect(diagnosis.problems == count)
            let findings = diagnosis.all.filter { $0.check == .signing && $0.grade == .problem }
            #expect(findings.count == count)
            #expect(
                findings.allSatisfy {
                    $0.text.contains("PS256")
                        && $0.remedy?.text.hasPrefix("countersign client edit billing \(response.flag) default")
                            == true
                })
        }
    }
}
