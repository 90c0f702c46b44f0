import Crypto
@_exported import Server

/// What ends, as a file for calendar programs (iCalendar, RFC 5545).
package struct CalendarFile: Sendable {
    /// The most events of a file.
    package static let maximumEvents = 1000
    /// How long events stay in the file after their end.
    package static let past: Duration = .seconds(31 * 86_400)
    package static let contentType = "text/calendar; charset=utf-8"

    private let entries: [ExpiryEntry]
    private let issuer: String
    private let now: UnixTime

    /// - Parameters:
    ///   - issuer: the URL of the server, which makes the identifiers of events unique.
    ///   - now: when the file is made.
    package init(_ entries: [ExpiryEntry], issuer: String, at now: UnixTime) {
        (self.entries, self.issuer, self.now) = (entries, issuer, now)
    }

    package var bytes: [UInt8] {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Countersign//Expiry calendar//EN", "CALSCALE:GREGORIAN",
            "X-WR-CALNAME:" + Self.escaped("What expires at \(issuer)"),
            "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H",
        ]
        for entry in entries.prefix(Self.maximumEvents) { lines += event(entry) }
        lines.append("END:VCALENDAR")
        return lines.flatMap(Self.folded)
    }

    private func event(_ entry: ExpiryEntry) -> [String] {
        let expiration = entry.expiration
        guard let time = Self.time(expiration.at) else { return [] }
        let description = [expiration.sentence(at: now), entry.outcome, entry.remedy].joined(separator: "\n")
        var lines = [
            "BEGIN:VEVENT", "UID:" + uid(expiration), "DTSTAMP:" + (Self.time(now) ?? time), "DTSTART:" + time,
            "SUMMARY:" + Self.escaped(summary(entry)), "DESCRIPTION:" + Self.escaped(description),
            "TRANSP:TRANSPARENT", "CATEGORIES:" + Self.escaped(expiration.kind.rawValue),
        ]
        if !expiration.kind.isPlanned, !entry.isOfDisabledClient {
            for trigger in ["-P7D", "-P1D"] {
                lines += [
                    "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:" + Self.escaped(summary(entry)),
                    "TRIGGER:" + trigger, "END:VALARM",
                ]
            }
        }
        return lines + ["END:VEVENT"]
    }

    private func summary(_ entry: ExpiryEntry) -> String {
        let expiration = entry.expiration
        let holder = expiration.client.map { entry.clientName.flatMap { $0.isEmpty ? nil : $0 } ?? $0.text }
        // Calendar programs show it on one line.
        let shown = String((holder ?? expiration.name.text).unicodeScalars.prefix(100))
        return "\(shown): \(expiration.kind.title.lowercased()) \(expiration.verb.present)"
    }

    /// Stays the same as long as the same thing ends at the same time. A digest, so that a name can neither be guessed nor break the line.
    private func uid(_ expiration: Expiration) -> String {
        let parts = [
            issuer, expiration.kind.rawValue, expiration.client?.text ?? "", expiration.name.text, expiration.url ?? "",
            expiration.at.text,
        ]
        let digest = SHA256.hash(data: Array(parts.map { "\($0.utf8.count):\($0)" }.joined().utf8))
        return Base64URL.encode(Array(digest.prefix(18))) + "@countersign"
    }

    /// A DATE-TIME in UTC (RFC 5545 §3.3.5): `20261128T091500Z`.
    ///
    /// - Returns: `nil` for a year that the format does not have.
    private static func time(_ time: UnixTime) -> String? {
        let text = time.text.filter { $0 != "-" && $0 != ":" }
        return text.utf8.count == 16 && text.hasSuffix("Z") ? text : nil
    }

    /// A TEXT (RFC 5545 §3.3.11). Control characters and those that hide or reorder text are left out: a name can hold any.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case ";": result += "\\;"
            case ",": result += "\\,"
            case "\n": result += "\\n"
            default: if !VisibleText.isInvisible(scalar) { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }

    /// A content line in lines of at most 75 octets, with their ends (RFC 5545 §3.1). A character is never divided.
    static func folded(_ line: String) -> [UInt8] {
        var (bytes, length): ([UInt8], Int) = ([], 0)
        for scalar in line.unicodeScalars {
            let encoded = Array(String(scalar).utf8)
            if length + encoded.count > 75 {
                bytes += [0x0D, 0x0A, 0x20]
                length = 1
            }
            bytes += encoded
            length += encoded.count
        }
        return bytes + [0x0D, 0x0A]
    }
}

extension Expiration.Kind {
    /// The kind for people.
    package var title: String {
        switch self {
        case .clientCertificate: "Certificate of a key"
        case .clientKey: "Key"
        case .keyStoreCertificate: "Certificate in the key store"
        case .keySetCertificate: "Certificate at the JWKS URI"
        case .clientSecret: "Secret"
        case .registrationToken: "Registration token"
        case .serverKey: "Server key"
        case .tlsCertificate: "TLS certificate"
        }
    }
}
