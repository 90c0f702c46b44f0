/// A description of a token that is not a compact JWS, for the client's developer. Each check is at most one pass over the token.
struct MalformedToken {
    let found: String
    let remedy: String?

    private init(_ found: String, _ remedy: String? = nil) {
        self.found = found
        self.remedy = remedy
    }

    /// Describes a violation of rule 1.
    static func structure(of token: [UInt8], _ detail: String) -> MalformedToken {
        if let known = wrapped(token) { return known }
        if starts(token, "-----BEGIN") {
            return String(decoding: token.prefix(64), as: UTF8.self).contains("PRIVATE KEY")
                ? MalformedToken(
                    "a private key in PEM",
                    "Never send a key: sign a JWT with it. This key is now compromised, so replace it.")
                : MalformedToken("a PEM file", "Send a JWT that is signed with the client's private key.")
        }
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        switch parts.count {
        case 5:
            return MalformedToken("five parts, which is an encrypted JWT", "Sign the assertion, and do not encrypt it.")
        case 3:
            guard let empty = parts.firstIndex(where: \.isEmpty) else { return MalformedToken(detail) }
            let name = ["header", "claims part", "signature"][empty]
            return MalformedToken("an empty \(name)", name == "signature" ? "Sign the assertion." : nil)
        case 2: return MalformedToken("two parts", "Send all three: the signature is missing, or the JWT was cut off.")
        case 1: return MalformedToken("one part without dots", "Send a signed JWT; this is something else.")
        default: return MalformedToken(detail)
        }
    }

    /// Describes a violation of rule 2.
    ///
    /// - Parameter detail: the first fault in words.
    static func encoding(of token: [UInt8], _ detail: String) -> MalformedToken {
        if let known = wrapped(token) { return known }
        if token.last == UInt8(ascii: " "), !token.dropLast().contains(where: { !isInAlphabet($0) }) {
            return MalformedToken("that \(detail)", "Leave out the space at the end.")
        }
        return MalformedToken("that \(detail)", encodingRemedy(token.first { !isInAlphabet($0) }))
    }

    /// Recognises a common mistake by the first bytes, for rules 1 and 2: something else in place of the JWT, or around it.
    private static func wrapped(_ token: [UInt8]) -> MalformedToken? {
        mistakes.first { $0.beginnings.contains { starts(token, $0) } }.map { MalformedToken($0.found, $0.remedy) }
    }

    private static let mistakes: [(beginnings: [String], found: String, remedy: String)] = [
        (
            ["\u{FEFF}"], "a byte order mark at the beginning",
            "Send the JWT without it, in ASCII; read the file without the mark."
        ),
        (["Bearer ", "bearer "], "the word 'Bearer' before the JWT", "Leave out the word 'Bearer'."),
        (
            ["b'", "b\""], "the Python form of bytes, b'...'",
            "Decode the bytes to text first: assertion.decode('ascii')."
        ),
        (
            ["@"], "a file's name after @, not its contents",
            "Send the JWT itself. curl's form for a file is client_assertion@FILE, without =."
        ),
        (
            ["$", "%24"], "the name of a variable, not its value",
            "Send the JWT itself: the shell does not expand variables in single quotes."
        ),
        (
            ["{"], "a JSON object, not the compact serialization",
            "Sign the claims with a JWT library and send header.claims.signature as one string."
        ),
    ]

    /// Returns the remedy for a header parameter of the wrong type (rule 3); `nil` for other faults.
    static func headerRemedy(_ detail: String) -> String? {
        guard detail.hasSuffix("not a string"), let name = detail.split(separator: " ").first else { return nil }
        return "Send \(name) as a JSON string, in quotation marks."
    }

    /// Returns the remedy for claims that are not one JSON object (rule 3).
    static func remedy(for error: JSONError, in claims: [UInt8]) -> String? {
        if claims.first == UInt8(ascii: "\"") {
            return "The claims are a JSON string, so they were serialized twice: sign the object itself."
        }
        if starts(claims, "\u{FEFF}") { return "Leave out the byte order mark at the beginning of the claims." }
        return remedy(for: error)
    }

    private static func encodingRemedy(_ byte: UInt8?) -> String {
        switch byte {
        case nil: "Send the whole JWT, exactly as it was signed."
        case UInt8(ascii: "="):
            "Use base64url without padding, as JWT libraries do; the signature covers the parts as they are sent, so leave the padding out before signing."
        case UInt8(ascii: "+"), UInt8(ascii: "/"): "Use base64url: - and _ in place of + and /."
        case UInt8(ascii: " "):
            "Use base64url without spaces or line breaks; a + that is sent as it is in a form becomes a space."
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
            "Send the JWT on one line, without an end of line."
        case UInt8(ascii: "\""), UInt8(ascii: "'"): "Send the JWT without quotation marks around it."
        case UInt8(ascii: "%"): "The form was percent-encoded twice: encode it once."
        case .some: "Send the JWT exactly as it was signed; it was altered on its way."
        }
    }

    private static func isInAlphabet(_ byte: UInt8) -> Bool {
        Base64URL.isInAlphabet(byte) || byte == UInt8(ascii: ".")
    }

    /// Returns the remedy for a violation of rule 3.
    static func remedy(for error: JSONError) -> String? {
        switch error.reason {
        case .duplicateMember: "Name each member once."
        case .notAnObject, .unexpectedCharacter, .unexpectedEnd, .trailingCharacters, .invalidNumber:
            "Sign one JSON object, as a JSON library writes it."
        case .tooDeep: "Send only the claims that a client assertion needs."
        case .invalidString, .utf16: "Write the text in UTF-8."
        }
    }

    private static func starts(_ token: [UInt8], _ text: String) -> Bool {
        token.starts(with: text.utf8)
    }
}

extension Rule {
    /// The requirement of rules 1 to 3 on a token, as a phrase.
    var expectedForm: String {
        switch self {
        case .structure: "a signed JWT of at most 16 KiB, header.claims.signature"
        case .encoding: "base64url without padding in each part"
        default: "one JSON object in the header and one in the claims"
        }
    }
}
