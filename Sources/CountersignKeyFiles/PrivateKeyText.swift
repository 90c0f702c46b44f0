import CountersignJOSE
import SwiftASN1

extension SigningKey {
    /// The private key as a person keeps it: PKCS#8 in PEM (RFC 5958 §2, RFC 7468 §10), without a line break at the end.
    public var pem: String {
        PEMDocument(type: "PRIVATE KEY", derBytes: pkcs8).pemString
    }
}
