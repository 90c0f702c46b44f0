/// An unverified client assertion (RFC 7523 §2.2): well-formed and with an accepted algorithm (rules 1 to 5).
///
/// The header parameters `jwk`, `jku`, `x5u` and `x5c` are never used (rule 7); they are accessible only through
/// `jws.header.parameters`, for display.
public struct ClientAssertion: Sendable {
    /// The signed object.
    public var jws: CompactJWS { parsed.jws }
    /// The claims in its payload.
    public var claims: AssertionClaims { parsed.claims }

    private let parsed: Parsed

    /// A class: an assertion is passed on often, and copying a struct would retain its twenty strings and arrays one by one.
    private final class Parsed: Sendable {
        let jws: CompactJWS
        let claims: AssertionClaims

        init(_ jws: CompactJWS, _ claims: AssertionClaims) {
            self.jws = jws
            self.claims = claims
        }
    }

    /// Parses an assertion and checks everything that needs no key.
    ///
    /// - Parameter token: the compact serialization, at most 16 KiB.
    /// - Throws: `Rejection` for the first of rules 1 to 5 that fails.
    public init(parsing token: [UInt8]) throws(Rejection) {
        let jws: CompactJWS
        do {
            jws = try CompactJWS(parsing: token)
        } catch {
            throw Rejection(error, in: token)
        }
        do {
            parsed = Parsed(jws, AssertionClaims(try JSONObject(parsing: jws.payload)))
        } catch {
            throw .malformed(
                rule: .json, detail: "in the claims: \(error.phrase)",
                remedy: MalformedToken.remedy(for: error, in: jws.payload))
        }
    }
}

extension Rejection {
    /// Converts an error of the JOSE core, which checks rules 1 to 5.
    init(_ error: JWSError, in token: [UInt8]) {
        switch error {
        case .structure(let detail):
            let fault = MalformedToken.structure(of: token, detail)
            self = .malformed(rule: .structure, detail: fault.found, remedy: fault.remedy)
        case .encoding(let part):
            let fault = MalformedToken.encoding(of: token, part)
            self = .malformed(rule: .encoding, detail: fault.found, remedy: fault.remedy)
        case .json(let detail):
            self = .malformed(
                rule: .json, detail: "in the header: \(detail)", remedy: MalformedToken.headerRemedy(detail))
        case .algorithmNotAllowed(let name): self = .algorithmNotAllowed(found: name)
        case .criticalHeader(let parameter): self = .criticalHeader(parameter: parameter)
        }
    }
}
