import Administration
import Testing

@testable import AdminAPI

@Suite("RFC 9110 §13.1: If-Match and If-None-Match")
struct PreconditionTests {
    private static let current = EntityTag(of: ["a": "1"])

    private static func request(_ headers: HeaderFields) -> EndpointRequest {
        EndpointRequest(method: "PUT", path: "/", headers: headers)
    }

    /// - Returns: the code of the problem; `nil` if the precondition holds.
    private static func problem(_ field: String?) -> String? {
        do throws(Problem) {
            var headers: HeaderFields = [:]
            if let field { headers.append("If-Match", field) }
            return try Precondition(of: request(headers)).holds(for: current) ? nil : "precondition_failed"
        } catch {
            return error.kind.code
        }
    }

    @Test("holds for the current tag, for a list with it, and for any version")
    func holds() {
        let tag = Self.current.text
        for field in [
            "*", tag, "\"other\", \(tag)", "\(tag),\"other\"", " , \(tag) ,", "W/\"x\", \(tag)", "\"a,b\", \(tag)",
        ] {
            #expect(Self.problem(field) == nil, "\(field)")
        }
    }

    @Test("fails for another tag, and for a weak one, which never matches strongly (§8.8.3.2)")
    func fails() {
        for field in ["\"other\"", "W/\(Self.current.text)", "\"\"", "\"*\""] {
            #expect(Self.problem(field) == "precondition_failed", "\(field)")
        }
    }

    @Test("RFC 6585 §3: is required")
    func missing() {
        #expect(Self.problem(nil) == "precondition_required")
    }

    @Test("is malformed without quotation marks, with something between the tags, or too long")
    func malformed() {
        let tag = Self.current.text
        let many = Array(repeating: "\"x\"", count: 21).joined(separator: ",")
        for field in ["", ",", "x", "\"x", "*, \(tag)", "\(tag) \(tag)", "\(tag);q=1", "w/\(tag)", many] {
            #expect(Self.problem(field) == "invalid_request", "\(field)")
        }
    }

    @Test("A tag is the same for the same members, and another for others")
    func tags() {
        #expect(EntityTag(of: ["a": "1"]) == Self.current)
        #expect(EntityTag(of: ["a": "2"]) != Self.current)
        #expect(Self.current.text.hasPrefix("\"") && Self.current.text.utf8.count == 24)
    }

    @Test("§13.1.2: If-None-Match compares weakly")
    func notModified() {
        let tag = Self.current.text
        for field in ["*", tag, "W/\(tag)", "\"x\", \(tag)"] {
            #expect(Precondition.isNotModified(Self.request(["If-None-Match": field]), Self.current), "\(field)")
        }
        for field in ["\"x\"", "x", ""] {
            #expect(!Precondition.isNotModified(Self.request(["If-None-Match": field]), Self.current), "\(field)")
        }
    }
}
