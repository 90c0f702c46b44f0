import Testing

@testable import Server

@Suite("Rules for new passwords (NIST SP 800-63B-4 §3.1.1.2)")
struct PasswordRulesTests {
    private let user = UserRecord(
        name: "alice", claims: ["email": .string("alice.jones@example.com")], createdAt: UnixTime(seconds: 0))

    private func fault(_ password: String, minimum: Int = PasswordRules.lowestMinimum) -> PasswordFault? {
        var rules = PasswordRules()
        rules.minimumLength = minimum
        do throws(PasswordFault) {
            try rules.check(password, of: user, host: "login.example.com")
            return nil
        } catch {
            return error
        }
    }

    @Test("The standard minimum is 15 characters, because the password is the only factor")
    func standardMinimum() {
        #expect(fault("violet kettles", minimum: PasswordRules().minimumLength) == .tooShort(minimum: 15))
        #expect(fault("violet kettles!", minimum: PasswordRules().minimumLength) == nil)
    }

    @Test("A character is a code point, and the maximum counts bytes")
    func length() {
        #expect(fault("🔑🔑🔑🔒🔑🔑🔑") == .tooShort(minimum: 8))
        #expect(fault("🔑🔑🔒🔑🔑🔑🔑🔒") == nil)
        #expect(fault(String(repeating: "🔑🔒🗝🗺", count: 16)) == nil)
        #expect(fault(String(repeating: "abcd efg", count: 33)) == .tooLong(maximum: 256))
    }

    @Test(
        "Common passwords, sequences and repetitions are refused, whatever their case",
        arguments: [
            "password", "PassWord", "password1", "12345678", "87654321", "1234567890", "aaaaaaaa", "abcdefgh",
            "passwordpassword", "abcabcabcabc", "1q2w3e4r5t", "qwertyuiop",
        ])
    func common(password: String) {
        #expect(fault(password) == .common)
    }

    @Test(
        "Little more than the name, the e-mail address or the server's name is refused",
        arguments: [
            "alicealice", "Alice2026!", "alice.jones", "alice.jones@example.com", "example.com-1", "login alice 1",
        ])
    func names(password: String) {
        #expect(fault(password) == .containsName)
    }

    @Test(
        "There are no rules of composition, and a name within a longer text is allowed",
        arguments: ["correct horse", "wwwwwxwwwww", "alice likes violet kettles", "пароль от сервера", "        space"])
    func accepted(password: String) {
        #expect(fault(password) == nil)
    }
}
