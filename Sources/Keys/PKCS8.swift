import SwiftASN1

/// The older private key structures, put into the one that names its algorithm (RFC 5958 §2).
enum PKCS8 {
    /// RFC 8017 appendix A.1.2: RSAPrivateKey.
    static func wrapping(rsa der: [UInt8]) throws(KeyFileError.Reason) -> [UInt8] {
        try wrapping(der, [1, 2, 840, 113_549, 1, 1, 1], parameters: nil, from: .rsaPrivateKey)
    }

    /// RFC 5915 §3: ECPrivateKey. Without parameters the length of the private key tells the curve.
    static func wrapping(ec der: [UInt8]) throws(KeyFileError.Reason) -> [UInt8] {
        guard let children = try? DER.parse(der).children, children.count >= 2,
            let secret = try? ASN1OctetString(derEncoded: children[1])
        else { throw .damaged(.ecPrivateKey, detail: "its parts are not those of one") }
        let parameters = children.first { $0.identifier.tagClass == .contextSpecific && $0.identifier.tagNumber == 0 }
        let curve: ASN1ObjectIdentifier
        if let named = parameters?.children?.first {
            guard let identifier = try? ASN1ObjectIdentifier(derEncoded: named) else {
                throw .damaged(.ecPrivateKey, detail: "its curve has no name")
            }
            curve = identifier
        } else {
            switch secret.bytes.count {
            case 32: curve = [1, 2, 840, 10_045, 3, 1, 7]
            case 48: curve = [1, 3, 132, 0, 34]
            case 66: curve = [1, 3, 132, 0, 35]
            default: throw .damaged(.ecPrivateKey, detail: "its curve is not named")
            }
        }
        return try wrapping(der, [1, 2, 840, 10_045, 2, 1], parameters: curve, from: .ecPrivateKey)
    }

    /// - Parameter parameters: of the algorithm; `nil` writes NULL.
    private static func wrapping(
        _ der: [UInt8], _ algorithm: ASN1ObjectIdentifier, parameters: ASN1ObjectIdentifier?, from format: KeyFormat
    ) throws(KeyFileError.Reason) -> [UInt8] {
        var serializer = DER.Serializer()
        do {
            try serializer.appendConstructedNode(identifier: .sequence) { info in
                try info.serialize(0)
                try info.appendConstructedNode(identifier: .sequence) { identifier in
                    try identifier.serialize(algorithm)
                    if let parameters {
                        try identifier.serialize(parameters)
                    } else {
                        try identifier.serialize(ASN1Null())
                    }
                }
                try info.serialize(ASN1OctetString(contentBytes: der[...]))
            }
        } catch {
            throw .damaged(format, detail: "it cannot be converted")
        }
        return serializer.serializedBytes
    }
}
