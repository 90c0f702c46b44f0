/// A fault in the form of a signature, found from its bytes and `alg` without a key (RFC 7518 §3.3 to §3.5, RFC 8037 §3.1).
public enum SignatureFault: Sendable, Equatable {
    /// ASN.1 DER, a SEQUENCE of two INTEGERs, which most crypto libraries return for ECDSA.
    case der(length: Int)
    /// Hexadecimal digits in place of bytes, encoded in base64url or not, and whether the decoded bytes are DER.
    case hexadecimal(digits: Int, isDER: Bool = false)
    /// base64 in place of bytes: the signature was encoded twice.
    case base64(characters: Int)
    /// A wrong length in bytes.
    case length(Int)
}

extension SignatureAlgorithm {
    /// The possible lengths of a signature in bytes: for RSA those of a modulus of 2048 to 8192 bits, otherwise a single length.
    package var signatureLengths: ClosedRange<Int> {
        switch family {
        case .rsa: 256...1024
        case .ecdsa(let curve): 2 * curve.coordinateLength...2 * curve.coordinateLength
        case .edDSA: 64...64
        case .mlDSA: self == .mlDSA65 ? 3309...3309 : 4627...4627
        }
    }

    /// Finds the fault in the form of a signature by this algorithm.
    ///
    /// Text is recognised at any length, because twice the length of one RSA signature is the length of another. For a real signature the
    /// first bytes already show that it is not text.
    package func fault(in signature: [UInt8]) -> SignatureFault? {
        if let text = SignatureText.fault(in: signature) { return text }
        if signatureLengths.contains(signature.count) { return nil }
        return isPairOfIntegers(signature) ? .der(length: signature.count) : .length(signature.count)
    }
}

/// A detector of signatures that were sent as text.
private enum SignatureText {
    /// A length from which a signature does not consist of digits by chance.
    private static let minimumLength = 32

    static func fault(in signature: [UInt8]) -> SignatureFault? {
        let count = signature.count
        guard count >= minimumLength else { return nil }
        if signature.allSatisfy({ Hexadecimal.value(of: $0) != nil }) {
            return .hexadecimal(digits: count, isDER: isDER(signature))
        }
        if hasHexadecimalText(signature) {
            return .hexadecimal(digits: count / 3 * 4, isDER: isDER(Array(Base64URL.encode(signature).utf8)))
        }
        return signature.allSatisfy(isBase64) ? .base64(characters: count) : nil
    }

    private static func isDER(_ digits: [UInt8]) -> Bool {
        Hexadecimal.decode(digits).map(isPairOfIntegers) ?? false
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        Base64URL.isInAlphabet(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
            || byte == UInt8(ascii: "=")
    }

    /// Returns whether the base64url of the bytes, as it was sent, consists of hexadecimal digits.
    private static func hasHexadecimalText(_ signature: [UInt8]) -> Bool {
        guard signature.count.isMultiple(of: 3) else { return false }
        var (buffer, bits) = (0, 0)
        for byte in signature {
            buffer = (buffer << 8 | Int(byte)) & 0xFFFF
            bits += 8
            while bits >= 6 {
                bits -= 6
                switch buffer >> bits & 0x3F {
                // A to F, a to f, 0 to 9.
                case 0...5, 26...31, 52...61: continue
                default: return false
                }
            }
        }
        return true
    }
}

/// Detects an ECDSA signature in DER, the form that crypto libraries return (RFC 3279 §2.2.3).
private func isPairOfIntegers(_ bytes: [UInt8]) -> Bool {
    guard var fields = DERElement(bytes, .sequence)?.elements, let r = fields.next(.integer),
        let s = fields.next(.integer)
    else { return false }
    return fields.isAtEnd && !r.content.isEmpty && !s.content.isEmpty
}
