extension CompactJWS {
    /// Signs a payload.
    ///
    /// - Parameters:
    ///   - header: the protected header, `alg` included.
    ///   - payload: any bytes.
    ///   - key: the private key.
    ///   - algorithm: an algorithm that fits the key.
    /// - Returns: the compact serialization.
    /// - Throws: `KeyError.wrongAlgorithm` where key and algorithm do not fit.
    public static func sign(
        header: JSONObject, payload: [UInt8], key: SigningKey, algorithm: SignatureAlgorithm
    ) throws(KeyError) -> String {
        let token = try sign(
            encodedHeader: Base64URL.encoded(header.rendered()), payload: payload, key: key, algorithm: algorithm)
        return String(decoding: token, as: UTF8.self)
    }

    /// Signs a payload under a header that was encoded before, for those who sign many.
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
