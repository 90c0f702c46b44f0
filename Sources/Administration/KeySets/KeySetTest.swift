import CountersignKeyFiles
import Fetching
@_exported import Server

/// The result of reading a key set by the rules of this server, for people: each step on the way, and each key.
package struct KeySetTest: Sendable {
    package let url: String
    package let at: UnixTime
    package let duration: Duration
    /// One for each URL on the way: redirects first, the document's last. None if the URL itself is refused.
    package let hops: [FetchTrace.Hop]
    package let outcome: Outcome

    package enum Outcome: Sendable {
        case received(Document)
        /// - Parameter message: what is wrong and what to do, as a sentence or more.
        case failed(message: String)
    }

    package struct Document: Sendable {
        /// In bytes.
        package let size: Int
        /// How long the server says that it may be kept; `nil` if it says nothing.
        package let statedLifetime: Duration?
        /// How long this server would keep it.
        package let lifetime: Duration
        package let keys: [JWK]
        package let refused: [KeySetDetails.RefusedKey]
        /// Why it is not a key set at all, as a clause.
        package let problem: String?
    }

    /// The server's certificate at a hop.
    package struct Certificate: Sendable, Equatable {
        package let subject: String
        package let issuer: String
        package let notAfter: UnixTime
    }

    /// Whether clients could use at least one of its keys.
    package var isUsable: Bool {
        if case .received(let document) = outcome { document.problem == nil && !document.keys.isEmpty } else { false }
    }

    /// - Returns: `nil` without TLS, or if the certificate cannot be parsed here.
    package static func certificate(at hop: FetchTrace.Hop) -> Certificate? {
        guard let details = hop.tls.flatMap({ CertificateDetails(der: $0.certificate) }) else { return nil }
        return Certificate(subject: details.subject, issuer: details.issuer, notAfter: details.notAfter)
    }
}

extension KeySetTest.Document {
    /// - Parameter lifetime: stated by the server.
    init(_ body: [UInt8], lifetime: Duration?, at now: UnixTime) {
        size = body.count
        statedLifetime = lifetime
        self.lifetime = RemoteKeySetRecord.lifetime(stated: lifetime)
        do throws(KeyError) {
            let set = try JWKSet(parsingPublished: body)
            keys = set.keys
            refused = set.refused.map {
                KeySetDetails.RefusedKey(index: $0.index, keyID: $0.keyID, reason: $0.reason.phrase)
            }
            problem = nil
        } catch {
            (keys, refused) = ([], [])
            problem = "the document is not a valid JWK Set: \(error.phrase)"
        }
    }
}

extension KeySetTest {
    package var json: JSONObject {
        var object: JSONObject = [
            "url": .string(url), "tested_at": .string(at.text), "usable": .boolean(isUsable),
            "milliseconds": .number(Int(duration / .milliseconds(1))), "hops": .array(hops.map(Self.json)),
        ]
        switch outcome {
        case .failed(let message): object.set("problem", .string(message))
        case .received(let document):
            object.set("problem", .string(document.problem) ?? .null)
            object.set("bytes", .number(document.size))
            object.set("stated_lifetime", document.statedLifetime.map { .number(Int($0 / .seconds(1))) } ?? .null)
            object.set("lifetime", .number(Int(document.lifetime / .seconds(1))))
            object.set(
                "keys",
                .array(
                    document.keys.map { key -> JSONObject in
                        [
                            "kid": .string(key.keyID) ?? .null, "thumbprint": .string(key.thumbprint),
                            "type": .string(key.key.type.description), "bits": .number(key.key.sizeInBits),
                            "summary": .string(key.key.summary),
                            "algorithms": .array(key.verificationAlgorithms.map { .string($0.name) }),
                        ]
                    }))
            object.set(
                "refused",
                .array(
                    document.refused.map { key -> JSONObject in
                        [
                            "index": .number(key.index), "kid": .string(key.keyID) ?? .null,
                            "reason": .string(key.reason),
                        ]
                    }))
        }
        return object
    }

    private static func json(of hop: FetchTrace.Hop) -> JSONObject {
        func milliseconds(_ time: Duration?) -> JSONValue { time.map { .number(Int($0 / .milliseconds(1))) } ?? .null }
        var object: JSONObject = [
            "url": .string(hop.url),
            "addresses": .array(
                hop.addresses.map { address -> JSONObject in
                    [
                        "address": .string(address.text), "allowed": .boolean(address.refusal == nil),
                        "reason": .string(address.refusal?.phrase) ?? .null,
                    ]
                }),
            "proxy": .string(hop.proxy) ?? .null, "connected_to": .string(hop.peer) ?? .null,
            "status": hop.status.map { .number($0) } ?? .null,
            "fields": .array(
                hop.fields.map { field -> JSONObject in ["name": .string(field.name), "value": .string(field.value)] }),
            "bytes": .number(hop.bytes), "begun": milliseconds(hop.times.begun),
            "looked_up": milliseconds(hop.times.lookedUp), "connected": milliseconds(hop.times.connected),
            "answered": milliseconds(hop.times.answered), "complete": milliseconds(hop.times.complete),
        ]
        var tls: JSONObject?
        if let version = hop.tls?.version {
            tls = ["version": .string(version)]
            if let certificate = certificate(at: hop) {
                tls?.set("subject", .string(certificate.subject))
                tls?.set("issuer", .string(certificate.issuer))
                tls?.set("not_after", .string(certificate.notAfter.text))
            }
        }
        object.set("tls", .object(tls) ?? .null)
        return object
    }
}

extension VerificationKey {
    /// The key's type, its size for RSA, and the algorithms if its algorithm identifier restricts them.
    package var summary: String {
        guard type == .rsa else { return type.description }
        let own = SignatureAlgorithm.allCases.filter(fits)
        let limit = own.contains(.rs256) ? "" : " (\(own.map(\.name).joined(separator: ", ")) only)"
        return "RSA \(sizeInBits)\(limit)"
    }
}
