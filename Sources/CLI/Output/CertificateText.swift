import Countersign
import CountersignJOSE
import Server

extension CertificateFacts {
    /// In one line.
    func summary(at now: UnixTime) -> String {
        let end = lapse(at: now).map { ", \($0)" } ?? ""
        return "certificate \(subject), valid \(notBefore.text) to \(notAfter.text)\(end)"
    }

    /// Whether it is outside its validity, or soon will be; `nil` where all is well.
    func lapse(at now: UnixTime) -> String? {
        if now < notBefore { return "not yet valid" }
        return switch CertificateExpiry(self, at: now) {
        case .expired: "expired"
        case .oneDay, .sevenDays, .thirtyDays: "runs out in \((notAfter - now).text)"
        case nil: nil
        }
    }

    /// SHA-256 of the certificate, as `keytool` and `openssl x509 -fingerprint` print it.
    var fingerprint: String {
        let bytes = Base64URL.decode(Array(thumbprintSHA256.text.utf8)) ?? []
        return bytes.map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: ":")
    }

    var json: JSONObject {
        JSONObject([
            ("subject", .string(ExactString(subject))), ("not_before", .string(ExactString(notBefore.text))),
            ("not_after", .string(ExactString(notAfter.text))), ("x5t", .string(thumbprintSHA1)),
            ("x5t#S256", .string(thumbprintSHA256)),
        ])
    }
}
