import Store
import TestSupport
import Testing

@testable import Server

@Suite("Authorization codes and refresh tokens name their grant")
struct GrantSecretTests {
    private static let grant = AuthorizationGrantRecord.makeID(at: TestClock.start)

    @Test("RFC 6749 §10.10: a secret is read back as it was made, has 32 random bytes, and only its digest is stored")
    func roundTrip() throws {
        for kind in GrantSecret.Kind.allCases {
            let (first, second) = (
                GrantSecret.generate(kind, of: Self.grant), GrantSecret.generate(kind, of: Self.grant)
            )
            #expect(GrantSecret(first.text, kind) == first)
            #expect(first.digest.grant == Self.grant)
            #expect(first.digest.digest.count == 32 && first.digest != second.digest)
            #expect(first.text.utf8.count == 6 + 64)
        }
    }

    @Test("Other forms are refused before anything is looked up")
    func otherForms() throws {
        let text = GrantSecret.generate(.refreshToken, of: Self.grant).text
        let others = [
            "", "cs_rt_", String(text.dropLast()), text + "A", text + "=", "CS_RT_" + text.dropFirst(6),
            "cs_rt_" + text.dropFirst(6 + 21), text.replacing("cs_rt_", with: "cs_rt\u{301}_"), text + "\u{301}",
            "cs_rt_" + String(repeating: "A", count: 1 << 20),
        ]
        for other in others { #expect(GrantSecret(other, .refreshToken) == nil, "\(other.prefix(80))") }
        #expect(GrantSecret(text, .authorizationCode) == nil)
        #expect(IssuedSecret(text, .session) == nil)
    }

    @Test("Identifiers of grants grow with time, and differ within a millisecond")
    func identifiers() {
        let later = AuthorizationGrantRecord.makeID(at: TestClock.start + .milliseconds(1))
        #expect(Self.grant.lexicographicallyPrecedes(later))
        #expect(Set((0..<100).map { _ in AuthorizationGrantRecord.makeID(at: TestClock.start) }).count == 100)
        #expect(later.count == AuthorizationGrantRecord.idLength)
    }
}
