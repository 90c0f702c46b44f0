import Countersign
import Store
import SQLite
import Foundation
import TestSupport

/// A server process with one client, and two assertions that differ only in the client they name.
struct TimingBench {
    static let pairs = Int(ProcessInfo.processInfo.environment["TIMING_PAIRS"] ?? "") ?? 0

    private let server: ServerProcess
    private let port: Int
    private let known: [UInt8]
    private let unknown: [UInt8]
    private let subject: TimingTests.Subject

    init(_ subject: TimingTests.Subject) async throws {
        self.subject = subject
        let directory = TemporaryDirectory().path
        let store = try SQLiteStore(directory: directory)
        var record = ClientRecord(id: ClientID(subject.id), name: subject.id, createdAt: .now)
        record.isEnabled = subject.isEnabled
        let keys = try subject.keys.map { algorithm in
            let key = try SigningKey.generate(algorithm, rsaBits: subject.bits).verificationKey
            return KeyRecord(jwk: JWK(key: key, keyID: nil, algorithm: nil, use: nil), addedAt: .now)
        }
        try await store.clients.add(record, keys: keys)
        // Other clients, so that the look-up is realistic.
        for number in 0..<1000 {
            try await store.clients.add(
                ClientRecord(id: ClientID("other-\(number)"), name: "", createdAt: .now), keys: [])
        }
        await store.close()
        server = try ServerProcess(directory: directory, log: FileHandle.nullDevice)
        guard let port = server.baseURL.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw TestFailure("no port in \(server.baseURL)")
        }
        self.port = port
        let stranger = try SigningKey.generate(subject.signedWith, rsaBits: subject.bits)
        known = try Self.request(subject.id, stranger, subject.signedWith)
        unknown = try Self.request(String(subject.id.reversed()), stranger, subject.signedWith)
    }

    func remove() {
        server.kill()
        server.remove()
    }

    /// Measures milliseconds to the answer, in pairs of random order.
    func samples(pairs: Int) throws -> (known: [Double], unknown: [Double]) {
        var (known, unknown) = ([Double](), [Double]())
        // Warm-up: the first requests load the client and initialize lazy state.
        for _ in 0..<20 { _ = (try time(self.known), try time(self.unknown)) }
        for _ in 0..<pairs {
            if Bool.random() {
                known.append(try time(self.known))
                unknown.append(try time(self.unknown))
            } else {
                unknown.append(try time(self.unknown))
                known.append(try time(self.known))
            }
        }
        return (known, unknown)
    }

    /// Measures milliseconds until the last of many simultaneous requests is answered, in pairs of random order.
    func bursts(of count: Int, pairs: Int) async throws -> (known: [Double], unknown: [Double]) {
        var (known, unknown) = ([Double](), [Double]())
        for pair in -1..<pairs {
            for isKnown in [true, false].shuffled() {
                let milliseconds = try burst(isKnown ? self.known : self.unknown, count)
                // The first pair loads the client.
                if pair >= 0 { if isKnown { known.append(milliseconds) } else { unknown.append(milliseconds) } }
                // The budgets refill in real time, and the next burst must find them full.
                try await Task.sleep(for: .seconds(2))
            }
        }
        return (known, unknown)
    }

    private func burst(_ request: [UInt8], _ count: Int) throws -> Double {
        let wires = try (0..<count).map { _ in try Wire(port: port) }
        let beginning = ContinuousClock.now
        for wire in wires { wire.send(request) }
        for wire in wires {
            guard try wire.answer().status == 401 else { throw TestFailure("another answer") }
        }
        return (ContinuousClock.now - beginning) / .milliseconds(1)
    }

    /// Sends made-up identifiers over many connections until cancelled.
    func flood() -> Task<Void, Never> {
        let (port, algorithm) = (port, subject.signedWith)
        return Task.detached {
            guard let key = try? SigningKey.generate(algorithm) else { return }
            let requests = (0..<64).compactMap { try? Self.request("made-up-\($0)", key, algorithm) }
            await withTaskGroup { group in
                for request in requests {
                    group.addTask { await Self.repeatUntilCancelled(request, port) }
                }
            }
        }
    }

    /// Runs on its own thread, because it blocks.
    private static func repeatUntilCancelled(_ request: [UInt8], _ port: Int) async {
        let isCancelled = Flag()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    if let wire = try? Wire(port: port) {
                        while !isCancelled.isSet, wire.send(request), (try? wire.answer()) != nil {}
                    }
                    continuation.resume()
                }
            }
        } onCancel: {
            isCancelled.set()
        }
    }

    private func time(_ request: [UInt8]) throws -> Double {
        let wire = try Wire(port: port)
        let beginning = ContinuousClock.now
        wire.send(request)
        let answer = try wire.answer()
        let duration = ContinuousClock.now - beginning
        guard answer.status == 401 else { throw TestFailure("\(answer.status): \(answer.body)") }
        return duration / .milliseconds(1)
    }

    private static func request(
        _ id: String, _ key: SigningKey, _ algorithm: SignatureAlgorithm
    ) throws -> [UInt8] {
        let claims: JSONObject = [
            "iss": .string(id), "sub": .string(id), "aud": "https://as.example",
            "exp": .number(UnixTime.now.seconds + 3000), "jti": "x",
        ]
        let assertion = try CompactJWS.sign(
            header: ["alg": .string(algorithm.name)], payload: Array(claims.render().utf8),
            key: key, algorithm: algorithm)
        let form = TestServer.form(assertion)
        return Array(
            """
            POST /oauth2/token HTTP/1.1\r
            Host: x\r
            Content-Type: application/x-www-form-urlencoded\r
            Content-Length: \(form.utf8.count)\r
            \r
            \(form)
            """.utf8)
    }
}
