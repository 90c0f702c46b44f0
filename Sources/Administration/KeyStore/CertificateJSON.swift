extension CertificateFacts {
    /// SHA-256 of the certificate, as `keytool` and `openssl x509 -fingerprint` print it.
    package var fingerprint: String {
        let bytes = Base64URL.decode(thumbprintSHA256.text) ?? []
        return bytes.map { ($0 < 0x10 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined(separator: ":")
    }

    package var json: JSONObject {
        [
            "subject": .string(subject), "not_before": .string(notBefore.text),
            "not_after": .string(notAfter.text), "x5t": .string(thumbprintSHA1),
            "x5t#S256": .string(thumbprintSHA256),
        ]
    }
}

extension JWK {
    /// Every algorithm whose signatures it verifies, by name.
    package var algorithmNames: JSONValue { .array(verificationAlgorithms.map(\.name)) }
}
