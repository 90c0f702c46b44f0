import CountersignJOSE

/// A client assertion as it arrived: well-formed, of an accepted algorithm, and not yet believed (rules 1 to 5, and 7).
///
/// RFC 7523 §2.2. The header parameters `jwk`, `jku`, `x5u` and `x5c` are read by nothing here (rule 7): the type
/// gives no access to them but through `jws.header.parameters`, for display.
public struct ClientAssertion: Sendable {
    /// The signed object as it arrived.
    public let jws: CompactJWS
    /// What it claims.
    public let claims: AssertionClaims

    /// Parses and checks what needs no key.
    ///
    /// - Parameter token: the compact serialization, at most 16 KiB.
    /// - Throws: `Rejection`, for the first of rules 1 to 5 that does not hold.
    public init(parsing token: [UInt8]) throws(Rejection) {
        do {
            jws = try CompactJWS(parsing: token)
        } catch {
            throw Rejection(error)
        }
        do {
            claims = AssertionClaims(try JSONObject(parsing: jws.payload))
        } catch {
            throw .malformed(rule: .json, detail: "claims: \(error.explanation)")
        }
    }
}

extension Rejection {
    /// Rules 1 to 5, as the JOSE core reports them.
    init(_ error: JWSError) {
        switch error {
        case .structure(let detail): self = .malformed(rule: .structure, detail: detail)
        case .encoding(let detail): self = .malformed(rule: .encoding, detail: detail)
        case .json(let detail): self = .malformed(rule: .json, detail: "header: \(detail)")
        case .algorithmNotAllowed(let name): self = .algorithmNotAllowed(found: name)
        case .criticalHeader(let parameter): self = .criticalHeader(parameter: parameter)
        }
    }
}
