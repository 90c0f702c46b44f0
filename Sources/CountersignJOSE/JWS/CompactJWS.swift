/// An unverified JWS in the compact serialization (RFC 7515 §3.1, §7.1), parsed strictly.
public struct CompactJWS: Sendable {
    /// The maximum length of a serialization, in bytes.
    public static let maximumLength = 16_384

    /// The protected header.
    public let header: JOSEHeader
    /// The decoded payload.
    public let payload: [UInt8]
    /// The decoded signature.
    public let signature: [UInt8]
    /// The signed bytes: header and payload as they were sent, with the period between.
    public let signingInput: [UInt8]

    /// Parses a serialization.
    ///
    /// - Throws: `JWSError` for the first of rules 1 to 5 that fails.
    public init(parsing token: [UInt8]) throws(JWSError) {
        guard token.count <= Self.maximumLength else {
            throw .structure("\(token.count) bytes, at most \(Self.maximumLength) are read")
        }
        guard let (first, second) = Self.periods(in: token) else { throw .structure(Self.parts(token)) }
        let (headerPart, payloadPart) = (token[..<first], token[(first + 1)..<second])
        let signaturePart = token[(second + 1)...]
        guard !headerPart.isEmpty, !payloadPart.isEmpty, !signaturePart.isEmpty else {
            throw .structure("an empty part")
        }
        guard let headerBytes = Base64URL.decode(headerPart) else { throw .encoding(Self.fault("header", headerPart)) }
        guard let payload = Base64URL.decode(payloadPart) else {
            throw .encoding(Self.fault("claims part", payloadPart))
        }
        guard let signature = Base64URL.decode(signaturePart) else {
            throw .encoding(Self.fault("signature", signaturePart))
        }
        let parameters: JSONObject
        do {
            parameters = try JSONObject(parsing: headerBytes)
        } catch {
            throw .json(error.phrase)
        }
        header = try JOSEHeader(parameters)
        self.payload = payload
        self.signature = signature
        signingInput = Array(token[..<second])
    }

    /// Returns the indices of the two periods; `nil` if there are more or fewer.
    private static func periods(in token: [UInt8]) -> (Int, Int)? {
        token.withUnsafeBufferPointer { token in
            func next(after index: Int) -> Int? {
                token.firstIndex(of: UInt8(ascii: "."), from: index + 1, to: token.count)
            }
            guard let first = next(after: -1), let second = next(after: first), next(after: second) == nil else {
                return nil
            }
            return (first, second)
        }
    }

    /// Describes a token that does not have three parts.
    private static func parts(_ token: [UInt8]) -> String {
        if token.first == UInt8(ascii: "{") { return "JSON serialization" }
        let count = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).count
        return count == 5 ? "five parts, an encrypted token" : "\(count) parts instead of three"
    }
}

extension CompactJWS {
    /// Signs a payload.
    ///
    /// - Parameters:
    ///   - header: the protected header, `alg` included.
    ///   - payload: any bytes.
    ///   - key: the private key.
    ///   - algorithm: an algorithm that fits the key.
    /// - Returns: the compact serialization.
    /// - Throws: `KeyError.wrongAlgorithm` if key and algorithm do not fit.
    public static func sign(
        header: JSONObject, payload: [UInt8], key: SigningKey, algorithm: SignatureAlgorithm
    ) throws(KeyError) -> String {
        let token = try sign(
            encodedHeader: Base64URL.encoded(header.rendered()), payload: payload, key: key, algorithm: algorithm)
        return String(decoding: token, as: UTF8.self)
    }

    /// Signs a payload with an already encoded header, for callers that sign many.
    ///
    /// - Parameters:
    ///   - encodedHeader: base64url of the protected header.
    ///   - payload: any bytes.
    ///   - key: the private key.
    ///   - algorithm: an algorithm that fits the key.
    /// - Returns: the compact serialization in ASCII.
    public static func sign(
        encodedHeader: [UInt8], payload: [UInt8], key: SigningKey, algorithm: SignatureAlgorithm
    ) throws(KeyError) -> [UInt8] {
        var token = encodedHeader
        token.reserveCapacity(encodedHeader.count + payload.count * 4 / 3 + 512)
        token.append(UInt8(ascii: "."))
        token.append(contentsOf: Base64URL.encoded(payload))
        let signature = try key.sign(token, algorithm: algorithm)
        token.append(UInt8(ascii: "."))
        token.append(contentsOf: Base64URL.encoded(signature))
        return token
    }
}

extension CompactJWS {
    /// Describes why a part is not strict base64url.
    static func fault(_ name: String, _ part: ArraySlice<UInt8>) -> String {
        for (index, character) in part.enumerated() where !Base64URL.isInAlphabet(character) {
            return "the \(name) has \(words(for: character)) at character \(index + 1)"
        }
        if part.count >= 64, part.allSatisfy({ Hexadecimal.value(of: $0) != nil }) {
            return "the \(name) is \(part.count) hexadecimal digits"
        }
        return part.count % 4 == 1
            ? "the \(name) has \(part.count) characters, a length that base64url never has: it was cut off"
            : "the \(name) ends with bits that are not zero: it was cut off or changed"
    }

    private static func words(for character: UInt8) -> String {
        switch character {
        case UInt8(ascii: "="): "padding, '=',"
        case UInt8(ascii: "+"), UInt8(ascii: "/"):
            "'\(Character(UnicodeScalar(character)))' of ordinary base64"
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): "a line break"
        case UInt8(ascii: " "), UInt8(ascii: "\t"): "white space"
        case UInt8(ascii: "!")...UInt8(ascii: "~"): "'\(Character(UnicodeScalar(character)))'"
        default: "the byte 0x\(String(character, radix: 16))"
        }
    }
}

/// The first violation of rules 1 to 5 in a text that is not an acceptable JWS.
public enum JWSError: Error, Sendable, Equatable {
    /// RFC 7515 §7.1: not three non-empty parts, or too long.
    case structure(String)
    /// RFC 7515 §2: a part is not strict base64url.
    case encoding(String)
    /// RFC 7515 §4: the header is not one JSON object without duplicates, or a parameter has the wrong type.
    case json(String)
    /// RFC 7515 §4.1.1: `alg` is not an accepted algorithm; the name, shortened.
    case algorithmNotAllowed(String)
    /// RFC 7515 §4.1.11, RFC 7797 §3: the parameter.
    case criticalHeader(String)

    /// The error as a phrase.
    public var phrase: String {
        switch self {
        case .structure(let detail): "not a compact JWS: \(detail)"
        case .encoding(let detail): "not strict base64url: \(detail)"
        case .json(let detail): "header: \(detail)"
        case .algorithmNotAllowed(let name): "algorithm not allowed: \(name)"
        case .criticalHeader(let parameter): "the header asks for an extension: \(parameter)"
        }
    }
}
