import Countersign
@testable import Server
import Store
import SQLite
import TestSupport
import Testing

@Suite("Warnings before something expires")
struct ExpiryWatchTests {
    static let now = UnixTime(seconds: 1_800_000_000)

    static func facts(endsIn: Duration) -> CertificateFacts {
        CertificateFacts(
            subject: "CN=billing", notBefore: .distantPast, notAfter: now + endsIn, thumbprintSHA1: "a",
            thumbprintSHA256: "b")
    }

    @Test(
        "in steps of 30, 7 and 1 days",
        arguments: [
            (Duration.seconds(30 * 86_400), ExpiryStage?.none), (.seconds(30 * 86_400 - 1), .thirtyDays),
            (.seconds(7 * 86_400), .thirtyDays), (.seconds(7 * 86_400 - 1), .sevenDays),
            (.seconds(86_400), .sevenDays), (.seconds(86_399), .oneDay), (.zero, .oneDay), (.seconds(-1), .expired),
            (.seconds(-4_000_000_000), .expired),
        ])
    func step(_ endsIn: Duration, _ step: ExpiryStage?) {
        #expect(ExpiryStage(Self.now + endsIn, at: Self.now) == step)
    }

    static func key(_ number: Int64, endsIn: Duration?, status: KeyAvailability = .active) throws -> KeyRecord {
        KeyRecord(
            number: number,
            jwk: JWK(key: try SigningKey.generate(.es256).verificationKey, keyID: ExactString("k\(number)")),
            certificate: endsIn.map { KeyCertificate(der: [1], facts: facts(endsIn: $0)) }, status: status,
            addedAt: now)
    }

    static let tenDays = Duration.seconds(10 * 86_400)

    @Test(
        "for keys that will still be in use then",
        arguments: [
            ([(tenDays, KeyAvailability.active)], [false]),
            ([(tenDays, .revoked(since: now))], []), ([(tenDays, .retiring(until: now))], []),
            ([(tenDays, .retiring(until: now + .seconds(86_400)))], []),
            ([(tenDays, .retiring(until: now + .seconds(20 * 86_400)))], [false]),
            ([(tenDays, .active), (nil, .active)], [true]),
            ([(tenDays, .active), (.seconds(400 * 86_400), .active)], [true]),
            ([(tenDays, .active), (nil, .revoked(since: now))], [false]),
            ([(tenDays, .active), (.seconds(86_400 * 11), .active)], [true, false]),
        ] as [([(Duration?, KeyAvailability)], [Bool])])
    func notices(_ keys: [(Duration?, KeyAvailability)], _ hasSuccessor: [Bool]) throws {
        let records = try keys.enumerated().map { number, key in
            try Self.key(Int64(number), endsIn: key.0, status: key.1)
        }
        let registration = ClientRegistration(
            client: ClientRecord(id: ClientID("billing"), name: "B", createdAt: Self.now), keys: records)
        let notices = registration.certificateNotices(at: Self.now, serverValidity: .enforce)
        #expect(notices.map(\.hasSuccessor) == hasSuccessor)
    }

    @Test("once per step, and all at startup")
    func watch() async throws {
        let directory = TemporaryDirectory().path
        let store = try SQLiteStore(directory: directory, clock: { Self.now })
        for number in 0..<3 {
            try await store.clients.add(
                ClientRecord(id: ClientID("client-\(number)"), name: "", createdAt: Self.now),
                keys: [try Self.key(1, endsIn: .seconds((8 + number * 100) * 86_400))])
        }
        try await store.clients.setEnabled(false, ClientID("client-2"), at: Self.now)
        let log = RecordedLog()
        let watch = ExpiryWatch(
            store: store, serverValidity: .enforce, pause: .zero, runtime: Runtime(report: log.events.record))
        var warned: [Int] = []
        var last: UnixTime?
        for day in 0...120 {
            let now = Self.now + .seconds(day * 86_400)
            try await watch.check(since: last, at: now)
            warned += Array(repeating: day, count: log.lines.count - warned.count)
            last = now
        }
        #expect(log.texts.allSatisfy { $0.contains("client-0") || $0.contains("client-1") })
        // client-0 ends after 8 days, client-1 after 108.
        #expect(warned == [0, 2, 8, 9, 79, 102, 108, 109])
        await store.close()
    }

    @Test("across all pages of clients, at most a hundred at once")
    func pages() async throws {
        let store = try SQLiteStore(directory: TemporaryDirectory().path, clock: { Self.now })
        let count = 2 * ExpiryWatch.pageSize + 7
        let key = try Self.key(1, endsIn: Self.tenDays)
        let bare = try Self.key(1, endsIn: nil)
        for number in 0..<count {
            for (name, keys) in [("certified", [key]), ("bare", [bare])] {
                let client = ClientRecord(id: ClientID("\(name)-\(number)"), name: "", createdAt: Self.now)
                try await store.clients.add(client, keys: keys)
            }
        }
        let log = RecordedLog()
        let watch = ExpiryWatch(
            store: store, serverValidity: .enforce, pause: .zero, runtime: Runtime(report: log.events.record))
        try await watch.check(since: nil, at: Self.now)
        let lines = log.texts
        #expect(lines.count == 101)
        #expect(lines.last?.hasPrefix("\(count - 100) more certificates, keys,") == true)
        #expect(lines.dropLast().allSatisfy { $0.contains("certified-") })
        await store.close()
    }
}
