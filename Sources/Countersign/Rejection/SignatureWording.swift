extension SignatureAlgorithm {
    /// The form of a signature by this algorithm.
    package var signatureForm: String {
        let lengths = signatureLengths
        return switch family {
        case .rsa: "\(lengths.lowerBound) to \(lengths.upperBound) bytes for \(name), as many as the RSA key has"
        case .ecdsa: "\(lengths.lowerBound) bytes for \(name), r and s side by side"
        case .edDSA, .mlDSA: "\(lengths.lowerBound) bytes for \(name)"
        }
    }
}

extension SignatureFault {
    /// A description of the fault.
    package var text: String {
        switch self {
        case .der(let length): "\(length) bytes of ASN.1 DER, a SEQUENCE of two INTEGERs"
        case .hexadecimal(let digits, true): "\(digits) hexadecimal digits of ASN.1 DER, a SEQUENCE of two INTEGERs"
        case .hexadecimal(let digits, false): "\(digits) hexadecimal digits in place of bytes"
        case .base64(let characters): "\(characters) characters of base64 in place of bytes: it was encoded twice"
        case .length(let length): "\(length) bytes" + (Self.origin(of: length).map { ", \($0)" } ?? "")
        }
    }

    func remedy(for algorithm: SignatureAlgorithm) -> String {
        switch self {
        case .der:
            "Convert the signature from DER to r and s side by side, \(algorithm.signatureLengths.lowerBound / 2) bytes each with zeros in "
                + "front where one is shorter; many libraries call that form IEEE P1363."
        case .hexadecimal(_, true):
            "Convert the signature from DER to r and s side by side, the form called IEEE P1363, and encode those bytes once, in "
                + "base64url without padding."
        case .hexadecimal, .base64: "Encode the bytes of the signature once, in base64url without padding."
        case .length: "Sign with a key for \(algorithm.name), or set alg to the algorithm of the key in use."
        }
    }

    /// Names the kind of signature that has this length.
    private static func origin(of length: Int) -> String? {
        switch length {
        case 32: "the length of an HMAC by HS256, which proves no key"
        case 48: "the length of an HMAC by HS384, which proves no key"
        case 64: "the length of an ES256 or Ed25519 signature"
        case 96: "the length of an ES384 signature"
        case 114: "the length of an Ed448 signature, which is not supported"
        case 128: "the length of a signature by an RSA key of 1024 bits, which is too short"
        case 132: "the length of an ES512 signature"
        case 256, 384, 512, 1024: "the length of a signature by an RSA key of \(length * 8) bits"
        default: nil
        }
    }
}

extension SignatureAlgorithm {
    /// A clause about the signed bytes, for a client that signs with the right key.
    var signedBytes: String {
        let hashed = digest.map { ", hashed once with SHA-\($0.rawValue)" } ?? ", not hashed before"
        let salt: String
        if case .rsa(.pss, let digest) = family {
            salt = " The salt is as long as the digest, \(digest.rawValue / 8) bytes."
        } else {
            salt = ""
        }
        return
            "the signature covers the ASCII text header.claims exactly as sent\(hashed); nothing may be changed afterwards.\(salt)"
    }
}
