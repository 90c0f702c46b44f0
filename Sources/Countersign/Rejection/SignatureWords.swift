import CountersignJOSE

extension SignatureAlgorithm {
    /// What a signature by this algorithm is made of.
    package var signatureForm: String {
        let lengths = signatureLengths
        return switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512:
            "\(lengths.lowerBound) to \(lengths.upperBound) bytes for \(name), as many as the RSA key has"
        case .es256, .es384, .es512: "\(lengths.lowerBound) bytes for \(name), r and s side by side"
        case .edDSA, .mlDSA65, .mlDSA87: "\(lengths.lowerBound) bytes for \(name)"
        }
    }
}

extension SignatureFault {
    /// What is there in its place.
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

    /// What has signatures of this length.
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
    /// What a signature is made over, for a client that signs with the right key.
    var signedBytes: String {
        let hashed: String
        switch self {
        case .rs256, .ps256, .es256: hashed = ", hashed once with SHA-256"
        case .rs384, .ps384, .es384: hashed = ", hashed once with SHA-384"
        case .rs512, .ps512, .es512: hashed = ", hashed once with SHA-512"
        case .edDSA, .mlDSA65, .mlDSA87: hashed = ", not hashed before"
        }
        let salt: String
        switch self {
        case .ps256: salt = " The salt is as long as the digest, 32 bytes."
        case .ps384: salt = " The salt is as long as the digest, 48 bytes."
        case .ps512: salt = " The salt is as long as the digest, 64 bytes."
        default: salt = ""
        }
        return
            "the signature covers the ASCII text header.claims exactly as sent\(hashed); nothing may be changed afterwards.\(salt)"
    }
}
