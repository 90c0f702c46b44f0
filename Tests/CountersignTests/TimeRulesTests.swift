import Countersign
import Testing

@Suite("Rules 18 to 22, RFC 7523 §3 (4) to (6): time")
struct TimeRulesTests {
    /// Seconds from now, or a literal value.
    enum Moment: Sendable, CustomTestStringConvertible {
        case seconds(Double)
        case literal(String)
        case absent

        var json: JSONValue? {
            switch self {
            case .seconds(let offset): .number(Double(Workbench.now.seconds) + offset)
            case .literal(let text): try? JSONObject(parsing: Array("{\"x\":\(text)}".utf8))["x"]
            case .absent: nil
            }
        }

        var testDescription: String {
            switch self {
            case .seconds(let offset): "now \(offset < 0 ? "-" : "+") \(abs(offset)) s"
            case .literal(let text): text
            case .absent: "absent"
            }
        }
    }

    @Test(
        "exp is later than now minus the skew, and not later than now plus the maximum lifetime and the skew",
        arguments: [
            (.seconds(0), nil), (.seconds(-29), nil), (.seconds(-29.5), nil), (.seconds(-30), .expired),
            (.seconds(-31), .expired), (.seconds(3630), nil), (.seconds(3630.5), .lifetimeTooLong),
            (.seconds(3631), .lifetimeTooLong), (.absent, .missingClaim), (.literal("\"1800000060\""), .wrongClaimType),
            (.literal("null"), .wrongClaimType), (.literal("[1800000060]"), .wrongClaimType),
            (.literal("true"), .wrongClaimType),
            (.literal("1e300"), .lifetimeTooLong), (.literal("-1e300"), .expired), (.literal("1e400"), .wrongClaimType),
            (.literal("-1e400"), .wrongClaimType), (.literal("9223372036854775807"), .lifetimeTooLong),
            (.literal("9223372036854775.807"), .lifetimeTooLong), (.literal("0"), .expired),
            (.literal("1.80000006e9"), nil), (.literal("1e-400"), .expired),
        ] as [(Moment, RejectionCode?)])
    func expiry(_ moment: Moment, _ code: RejectionCode?) async throws {
        let token = try Workbench.sign(Workbench.claims([("exp", moment.json)]))
        #expect(await Workbench().verdict(token) == code)
    }

    @Test("An assertion is refused from exp plus the skew on")
    func expiryEdge() async throws {
        let token = try Workbench.sign(Workbench.claims([("exp", .number(Workbench.now.seconds))]))
        let edge = Workbench.now + .seconds(30)
        #expect(await Workbench().verdict(token, at: edge - .milliseconds(1)) == nil)
        #expect(await Workbench().verdict(token, at: edge) == .expired)
    }

    @Test(
        "nbf, if present, is not later than now plus the skew",
        arguments: [
            (.seconds(30), nil), (.seconds(31), .notYetValid), (.seconds(-999_999), nil), (.absent, nil),
            (.literal("\"0\""), .wrongClaimType), (.literal("1e300"), .notYetValid),
            (.literal("1e400"), .wrongClaimType),
            (.literal("-1e300"), nil),
        ] as [(Moment, RejectionCode?)])
    func notBefore(_ moment: Moment, _ code: RejectionCode?) async throws {
        let token = try Workbench.sign(Workbench.claims([("nbf", moment.json)]))
        #expect(await Workbench().verdict(token) == code)
    }

    @Test(
        "iat, if present, is neither later than now plus the skew nor older than the maximum age plus the skew",
        arguments: [
            (.seconds(30), nil), (.seconds(31), .issuedInFuture), (.seconds(-18_030), nil),
            (.seconds(-18_031), .tooOld),
            (.absent, nil), (.literal("\"now\""), .wrongClaimType), (.literal("1e300"), .issuedInFuture),
            (.literal("1e400"), .wrongClaimType), (.literal("-1e300"), .tooOld),
        ] as [(Moment, RejectionCode?)])
    func issuedAt(_ moment: Moment, _ code: RejectionCode?) async throws {
        let token = try Workbench.sign(Workbench.claims([("iat", moment.json)]))
        #expect(await Workbench().verdict(token) == code)
    }

    @Test("A maximum age of zero disables the check of iat")
    func noMaximumAge() async throws {
        let token = try Workbench.sign(Workbench.claims([("iat", .number(0))]))
        #expect(await Workbench(policy: { $0.maximumAge = .zero }).verdict(token) == nil)
    }

    @Test("A policy can require iat")
    func requiredIssuedAt() async throws {
        let token = try Workbench.sign(Workbench.claims([("iat", nil)]))
        #expect(await Workbench(policy: { $0.requiresIssuedAt = true }).verdict(token) == .missingClaim)
    }

    @Test("The operator chooses the skew", arguments: [10, 60] as [Int64])
    func skew(_ seconds: Int64) async throws {
        let workbench = Workbench(policy: { $0.clockSkew = .seconds(seconds) })
        for (offset, code) in [(1 - seconds, nil), (-seconds, .expired)] as [(Int64, RejectionCode?)] {
            let expiry = JSONValue.number(Workbench.now.seconds + offset)
            #expect(await workbench.verdict(try Workbench.sign(Workbench.claims([("exp", expiry)]))) == code)
        }
    }

    @Test(
        "FAPI 2.0 §5.3.2.1: iat and nbf may be 10 seconds in the future, or as configured, but never more than 60",
        arguments: [(nil, 10), (.seconds(30), 30), (.seconds(60), 60), (.seconds(300), 60)] as [(Duration?, Double)])
    func fapiAhead(_ tolerance: Duration?, _ limit: Double) async throws {
        for claim in ["iat", "nbf"] {
            for isByClient in [true, false] {
                // A larger skew applies only to exp.
                let workbench = Workbench(
                    policy: {
                        $0.clockSkew = .seconds(300)
                        $0.futureTolerance = tolerance
                        if !isByClient { $0.audienceProfile = .fapi }
                    }, profile: isByClient ? .fapi : nil)
                let code: RejectionCode = claim == "iat" ? .issuedInFuture : .notYetValid
                for (ahead, expected) in [(limit, nil), (limit + 0.5, code)] as [(Double, RejectionCode?)] {
                    let token = try Workbench.sign(Workbench.claims([(claim, Moment.seconds(ahead).json)]))
                    #expect(await workbench.verdict(token) == expected)
                }
            }
        }
    }

    @Test(
        "In the profile fapi the lifetime is at most 5 minutes, or the operator's maximum if that is shorter",
        arguments: [(3600, 300), (60, 60)] as [(Int64, Double)])
    func fapiLifetime(_ maximum: Int64, _ limit: Double) async throws {
        let workbench = Workbench(policy: { $0.maximumLifetime = .seconds(maximum) }, profile: .fapi)
        for (offset, code) in [(limit + 30, nil), (limit + 31, .lifetimeTooLong)] as [(Double, RejectionCode?)] {
            let token = try Workbench.sign(Workbench.claims([("exp", Moment.seconds(offset).json)]))
            #expect(await workbench.verdict(token) == code)
        }
    }

    @Test("Outside the profile fapi, times in the future have a tolerance of their own only if configured")
    func futureTolerance() async throws {
        let workbench = Workbench(policy: { $0.futureTolerance = .seconds(5) })
        for (offset, code) in [(5, nil), (6, .issuedInFuture)] as [(Double, RejectionCode?)] {
            let token = try Workbench.sign(Workbench.claims([("iat", Moment.seconds(offset).json)]))
            #expect(await workbench.verdict(token) == code)
        }
    }
}
