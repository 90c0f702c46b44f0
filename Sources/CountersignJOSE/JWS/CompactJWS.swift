/// A JWS in the compact serialization (RFC 7515 §3.1, §7.1): parsed strictly, not verified.
public struct CompactJWS: Sendable {
    /// The longest serialization that is read, in bytes.
    public static let maximumLength = 16_384

    /// The protected header.
    public let header: JOSEHeader
    /// The decoded payload.
    public let payload: [UInt8]
    /// The decoded signature.
    public let signature: [UInt8]
    /// What was signed: header and payload as they were sent, with the period between.
    public let signingInput: [UInt8]

    /// Parses a serialization.
    ///
    /// - Throws: `JWSError` for the first of rules 1 to 5 that does not hold.
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

    /// The indices of the two periods; `nil` where there are more or fewer.
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

    /// What stands there in place of three parts.
    private static func parts(_ token: [UInt8]) -> String {
        if token.first == UInt8(ascii: "{") { return "JSON serialization" }
        let count = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).count
        return count == 5 ? "five parts, an encrypted token" : "\(count) parts in place of three"
    }
}
