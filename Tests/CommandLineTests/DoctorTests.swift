import Countersign
import Files
import Store
import Foundation
import HTTP
import Testing

@testable import Administration
@testable import CLI

@Suite("Findings of countersign doctor")
struct DoctorTests {
    static let url = "https://a.example/jwks"
    static let withURL = Samples.client { $0.keySetURL = url }
    static let goodSet = Array(JWKSet([Samples.key]).render().utf8)

    static func keySet(
        _ body: [UInt8] = goodSet, freshFor: Duration? = .seconds(60), problem: String? = nil
    ) -> RemoteKeySetRecord {
        RemoteKeySetRecord(
            url: url, body: body, fetchedAt: freshFor.map { _ in Samples.now },
            expiresAt: freshFor.map { Samples.now + $0 },
            attemptedAt: Samples.now, nextAttemptAt: Samples.now, failures: problem == nil ? 0 : 1, problem: problem)
    }

    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var client = Samples.client()
        var keys: [KeyRecord] = []
        var entry: KeyStoreEntry?
        var keySet: RemoteKeySetRecord?
        var caseVariants: [ExactString] = []
        var ambiguity: AliasAmbiguity?
        let findings: [(Finding.Grade, Finding.Check)]
    }

    static let expired = Samples.certificate(endsIn: .seconds(-1))
    static let ending = Samples.certificate(endsIn: .seconds(5 * 86_400))

    static let examples: [Example] = [
        Example(testDescription: "a client with a key", keys: [Samples.ownKey()], findings: []),
        Example(testDescription: "a client without a key", findings: [(.problem, .keys)]),
        Example(
            testDescription: "a disabled client", client: Samples.client { $0.isEnabled = false },
            findings: []),
        Example(
            testDescription: "a public client", client: Samples.client { $0.authenticationMethod = .none },
            findings: []),
        Example(
            testDescription: "a client whose entry differs in case", caseVariants: ["Billing"],
            findings: [(.problem, .keys)]),
        Example(
            testDescription: "a client with an ambiguous entry",
            ambiguity: .severalClients(alias: "billing", ["Billing", "billing"]), findings: [(.problem, .keys)]),
        Example(
            testDescription: "a client with an ambiguous entry and its own key", keys: [Samples.ownKey()],
            ambiguity: .severalClients(alias: "billing", ["Billing", "billing"]), findings: []),
        Example(
            testDescription: "a client with revoked keys",
            keys: [Samples.ownKey(status: .revoked(since: Samples.now))], findings: [(.problem, .keys)]),
        Example(
            testDescription: "a client with a retiring key",
            keys: [Samples.ownKey(status: .retiring(until: Samples.now + .seconds(1)))],
            findings: []),
        Example(
            testDescription: "a client with a retired key",
            keys: [Samples.ownKey(status: .retiring(until: Samples.now))],
            findings: [(.problem, .keys)]),
        Example(
            testDescription: "an expired certificate", keys: [Samples.ownKey(certificate: expired)],
            findings: [(.problem, .certificates)]),
        Example(
            testDescription: "an expired certificate that is accepted",
            client: Samples.client { $0.options.certificateValidity = .warn },
            keys: [Samples.ownKey(certificate: expired)],
            findings: [(.warning, .certificates)]),
        Example(
            testDescription: "an expired certificate with a successor",
            keys: [Samples.ownKey(certificate: expired), Samples.ownKey(number: 2)],
            findings: [(.warning, .certificates)]),
        Example(
            testDescription: "an expiring certificate in the key store",
            entry: KeyStoreEntry(alias: "billing", certificate: ending, jwk: Samples.key, addedAt: Samples.now),
            findings: [(.warning, .certificates)]),
        Example(
            testDescription: "a key set that has been read", client: withURL, keySet: keySet(), findings: []),
        Example(testDescription: "a key set that is not read yet", client: withURL, findings: [(.warning, .keySets)]),
        Example(
            testDescription: "a key set that has never been readable", client: withURL,
            keySet: keySet([], freshFor: nil, problem: "no route"), findings: [(.problem, .keySets)]),
        Example(
            testDescription: "a fresh key set that cannot be refreshed", client: withURL,
            keySet: keySet(problem: "no route"), findings: [(.warning, .keySets)]),
        Example(
            testDescription: "a key set in its grace period", client: withURL,
            keySet: keySet(freshFor: .seconds(-3600), problem: "no route"), findings: [(.warning, .keySets)]),
        Example(
            testDescription: "a key set after its grace period", client: withURL,
            keySet: keySet(freshFor: .seconds(-86_400), problem: "no route"), findings: [(.problem, .keySets)]),
        Example(
            testDescription: "a key set without a key", client: withURL, keySet: keySet(Array("{\"keys\":[]}".utf8)),
            findings: [(.problem, .keySets)]),
        Example(
            testDescription: "a key set with an unusable key", client: withURL,
            keySet: keySet(
                Array("{\"keys\":[\(Samples.key.object.render()),{\"kty\":\"oct\",\"k\":\"AAAA\"}]}".utf8)),
            findings: [(.warning, .keySets)]),
        Example(
            testDescription: "an invalid key set", client: withURL, keySet: keySet(Array("[]".utf8)),
            findings: [(.problem, .keySets)]),
        Example(
            testDescription: "a client limited to RS256 with a P-256 key",
            client: Samples.client { $0.options.signingAlgorithm = .rs256 }, keys: [Samples.ownKey()],
            findings: [(.problem, .keys)]),
        Example(
            testDescription: "a client limited to its key's algorithm",
            client: Samples.client { $0.options.signingAlgorithm = .es256 }, keys: [Samples.ownKey()], findings: []),
        Example(
            testDescription: "a lenient client",
            client: Samples.client {
                $0.options.audienceProfile = .legacy
                $0.options.allowsReuse = true
            }, keys: [Samples.ownKey()], findings: [(.warning, .strictness), (.warning, .strictness)]),
        Example(
            testDescription: "a client that may sign people in without PKCE", client: withPeople(),
            keys: [Samples.ownKey()],
            findings: [(.warning, .strictness)]),
        Example(
            testDescription: "a client that has to use PKCE", client: withPeople { $0.signIn.requiresProofKey = true },
            keys: [Samples.ownKey()], findings: []),
        Example(
            testDescription: "a public client that signs people in",
            client: withPeople { $0.authenticationMethod = .none }, findings: []),
        Example(
            testDescription: "a client with a pattern of redirect URIs",
            client: withPeople {
                $0.signIn.requiresProofKey = true
                $0.signIn.redirectURIs += ["regexp=(https://[a-z]+.apps.example/callback)"]
            }, keys: [Samples.ownKey()], findings: [(.warning, .strictness)]),
    ]

    static func withPeople(_ change: (inout ClientRecord) -> Void = { _ in }) -> ClientRecord {
        Samples.client {
            $0.grants = [.authorizationCode]
            $0.signIn.redirectURIs = ["https://billing.example/callback"]
            change(&$0)
        }
    }

    @Test(
        "The server's demand of PKCE counts, unless the client's registration says otherwise",
        arguments: [(true, nil, 0), (true, false, 1), (true, true, 0), (false, true, 0), (false, nil, 1)])
    func proofKey(_ server: Bool, _ client: Bool?, _ findings: Int) {
        let checks = ClientChecks(
            serverValidity: .enforce, serverRequiresProofKey: server, grace: .zero, now: Samples.now)
        let registration = ClientRegistration(
            client: Self.withPeople { $0.signIn.requiresProofKey = client }, keys: [Samples.ownKey()])
        let found = checks.findings(registration, keySet: nil, caseVariants: [])
        #expect(found.count == findings)
        #expect(found.allSatisfy { $0.text.contains("PKCE") && $0.remedy == .requireProofKey("billing") })
    }

    @Test("of a client", arguments: examples)
    func client(_ example: Example) {
        let checks = ClientChecks(serverValidity: .enforce, grace: .seconds(86_400), now: Samples.now)
        let findings = checks.findings(
            ClientRegistration(
                client: example.client, keys: example.keys, keyStoreEntry: example.entry,
                aliasAmbiguity: example.ambiguity),
            keySet: example.keySet, caseVariants: example.caseVariants)
        #expect(findings.map(\.grade) == example.findings.map(\.0), "\(findings.map(\.text))")
        #expect(findings.map(\.check) == example.findings.map(\.1))
    }

    @Test(
        "of an entry of the key store",
        arguments: [
            ("billing", KeySource.keyStore(alias: "billing"), Finding.Grade?.none), ("billing", .own, .warning),
            ("other", .own, .warning), ("Billing", .none, .warning),
        ])
    func entry(_ alias: String, _ source: KeySource, _ grade: Finding.Grade?) {
        let findings = KeyStoreChecks.findings([
            KeyStoreEntryDetails(Samples.entry(alias), ClientIDIndex([("billing", source)]))
        ])
        #expect(findings.map(\.grade) == (grade.map { [$0] } ?? []))
    }

    @Test(
        "of an entry from a Java key store",
        arguments: [
            ([("Billing", KeySource.keyStore(alias: "billing"))], Finding.Grade?.none),
            ([("Billing", .none), ("billing", .none)], .warning), ([("Billing", .none)], .warning),
            ([("Billing", .keyStore(alias: "Billing"))], .warning), ([("Billing", .own)], .warning), ([], .warning),
        ] as [([(ClientID, KeySource)], Finding.Grade?)])
    func javaEntry(_ clients: [(ClientID, KeySource)], _ grade: Finding.Grade?) {
        let entry = Samples.entry("billing", isFromJava: true)
        let findings = KeyStoreChecks.findings([
            KeyStoreEntryDetails(entry, ClientIDIndex(clients.map { (id: $0.0, source: $0.1) }))
        ])
        #expect(findings.map(\.grade) == (grade.map { [$0] } ?? []))
    }

    @Test(
        "of files",
        arguments: [
            (["d": 0o700, "d/countersign.sqlite": 0o600, "m": 0o600], [Finding.Grade]()),
            (["d": 0o750], [.warning]), (["d": 0o770], [.problem]), (["d/countersign.sqlite": 0o644], [.warning]),
            (["d/countersign.sqlite-wal": 0o666], [.problem]), (["m": 0o640], [.problem]),
        ])
    func files(_ modes: [String: mode_t], _ grades: [Finding.Grade]) {
        let findings = FileChecks.findings(FileChecks.subjects(directory: "d", masterKey: "m")) { subject in
            modes[subject.path].map {
                FileFacts(kind: subject.role == .dataDirectory ? .directory : .file, owner: 1, mode: FileMode($0))
            }
        } fault: {
            FileTrust.fault($0.role, $0.path, $1, directoryOwner: 1, user: 1)
        }
        #expect(findings.map(\.grade) == grades)
    }

    @Test(
        "of the replay log: how full it is, and whether a wrong clock has cleared it",
        arguments: [
            (0, UnixTime.distantPast, []), (79, UnixTime.distantPast, []), (80, .distantPast, [.warning]),
            (100, .distantPast, [.problem]), (101, .distantPast, [.problem]), (0, Samples.now, []),
            (0, Samples.now + .seconds(1), [.problem]), (100, .distantFuture, [.problem, .problem]),
        ] as [(Int, UnixTime, [Finding.Grade])])
    func replayLog(_ claims: Int, _ sweptUntil: UnixTime, _ grades: [Finding.Grade]) {
        let facts = ReplayLogFacts(claims: claims, sweptUntil: sweptUntil)
        let findings = ReplayLogChecks.findings(facts, maximum: 100, now: Samples.now)
        #expect(findings.map(\.grade) == grades)
        #expect(findings.allSatisfy { $0.check == .replay && $0.remedy != nil })
    }

    @Test(
        "of the limit of open files",
        arguments: [(10_128, Finding.Grade.ok), (10_127, .warning), (1_048_576, .ok), (64, .warning)])
    func descriptors(_ hard: Int, _ grade: Finding.Grade) {
        let limit = DescriptorLimit(soft: 64, hard: hard)
        let findings = ConfigurationChecks.connections(10_000, limit: limit)
        #expect(findings.map(\.grade) == [grade])
        #expect(findings.allSatisfy { $0.text.contains("10000") && $0.text.contains("\(hard)") })
        #expect(ConfigurationChecks.connections(10_000, limit: nil) == [])
    }

    @Test("of logouts that clients do not confirm, but not of those that were not tried yet")
    func logouts() {
        func backlog(_ problem: String?) -> LogoutBacklog {
            let notice = problem.map {
                LogoutNoticeRecord(
                    session: "s", client: "shop", user: .generate(), createdAt: Samples.now, attempts: 3, problem: $0)
            }
            return LogoutBacklog(client: "shop", count: 2, oldestFailed: notice)
        }
        let findings = LogoutChecks.findings([backlog(nil), backlog("it is down.")])
        #expect(
            findings == [
                .warning(
                    .logouts, "The client shop has not confirmed 2 logouts since \(Samples.now.text): it is down.",
                    .showClient("shop"))
            ])
    }

    @Test("A report limits the findings per check and lists problems before warnings")
    func limit() {
        var diagnosis = Diagnosis()
        diagnosis.add((0..<Diagnosis.maximumPerCheck).map { Finding.warning(.keys, "\($0)") })
        diagnosis.add([.problem(.keys, "severe")])
        #expect(!diagnosis.hasNoProblems)
        #expect(diagnosis.warnings == Diagnosis.maximumPerCheck)
        let keys = diagnosis.all.filter { $0.check == .keys }
        #expect(keys.count == Diagnosis.maximumPerCheck + 1)
        #expect(keys.first?.text == "severe")
        #expect(keys.last?.text == "1 more of this check are not shown.")
    }

    @Test("Without findings every check reports OK")
    func well() {
        let diagnosis = Diagnosis()
        #expect(diagnosis.hasNoProblems)
        #expect(diagnosis.all.map(\.grade) == Finding.Check.allCases.map { _ in .ok })
        #expect(diagnosis.text(on: .plain).hasSuffix("All is well."))
    }
}
