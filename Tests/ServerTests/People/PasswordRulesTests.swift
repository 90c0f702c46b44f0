import Testing

@testable import Server

@Suite("Rules for new passwords (NIST SP 800-63B-4 §3.1.1.2)")
struct PasswordRulesTests {
    private let user = UserRecord(
        name: "alice", claims: ["email": .string("alice.jones@example.com")], createdAt: UnixTime(seconds: 0))

    private let liddell = UserRecord(
        name: "a123",
        claims: [
            "name": "Alice Liddell", "given_name": "Alice", "family_name": "Liddell", "nickname": "Dinah",
            "preferred_username": "whiterabbit",
        ], createdAt: UnixTime(seconds: 0))

    private func fault(
        _ password: String, of user: UserRecord? = nil, minimum: Int = PasswordRules.lowestMinimum
    ) -> PasswordFault? {
        var rules = PasswordRules()
        rules.minimumLength = minimum
        rules.serverName = "Wonderland Login"
        do throws(PasswordFault) {
            try rules.check(password, of: user ?? self.user, host: "login.example.com")
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
        #expect(
            fault(String(String.UnicodeScalarView((0..<64).compactMap { Unicode.Scalar(0x1F600 + ($0 * 5) % 64) })))
                == nil)
        #expect(fault(String(repeating: "abcd efg", count: 33)) == .tooLong(maximum: 256))
    }

    @Test(
        "Common passwords, sequences and repetitions are refused, whatever their case",
        arguments: [
            "password", "PassWord", "password1", "12345678", "87654321", "1234567890", "aaaaaaaa", "abcdefgh",
            "passwordpassword", "abcabcabcabc", "1q2w3e4r5t", "qwertyuiop", "qwertyuiopasdfgh", "poiuytrewq-lkjhgfdsa",
            "qwertzuiopasdf", "azertyuiopqsdf", "zxcvbnm,asdf", "abcd4321", "qwer 1234 asdf", "password123456789",
            "2026!Password", "1q2w3e4r5t!", "violet kettles violet kettles", "violetkettles-violetkettles!",
            "12341234123412", "9012345678901234",
            "!?!?!?!?!?", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "€€€password€€€€", "€£¥₿password§¶†‡", "pass€word 🔑",
            "password1password2",
            "letmein12345678", "Dragon 2026-06-15", "!!!summer!!!2026", "1234567890 Qwerty", "abc 1234567890 !",
            "2026password1234567890", "p-a-s-s-w-o-r-d-1-2-3-4", "P@ssw0rd 20260615",
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
        "The person's name and the server's are refused in any case, more than once, and with digits and punctuation",
        arguments: [
            "AliceLiddell2026", "Alice Liddell 1", "alice liddell alice liddell", "alicealicealice",
            "LIDDELL, ALICE (2026)",
            "dinah.dinah.2026", "WhiteRabbit#2026", "Countersigncountersign", "countersign2026!", "wonderland login 1",
            "Alice Liddell password", "alice-qwertyuiop", "a123 a123 a123 a123",
        ])
    func context(password: String) {
        #expect(fault(password, of: liddell) == .containsName)
    }

    @Test(
        "Passphrases are accepted that contain a name, a common password or a row of keys among other words",
        arguments: [
            "alice fell down the rabbit hole", "countersign keeps my violet kettles", "password managers help typists",
            "qwerty is not a violet kettle", "correct horse battery staple", "violet kettles, violet skies",
            "8271993144215512", "8371946205haha9274610385", "mama 4719 2038 5561", "alice8294710365291746",
            "829471036 password", "#%&@!^*(? password", "winter in the secret garden", "hello dragon, goodbye monkey",
            "three monkeys and 12345678 kettles", "summer kettles 2026", "зимний чайник поёт тихо",
            "violette Kessel für Zürich",
            "🔑🐇🫖🕰🎩🃏👑🌹🦩🦔🍄🐛🐈🥧🍵", "tick tock went the old clock 1234",
            "Alice #8271-AbQ9xZ!p", "violet kettles 12345678",
        ])
    func passphrase(password: String) {
        #expect(fault(password, of: liddell, minimum: PasswordRules().minimumLength) == nil)
    }

    @Test("Eight digits, symbols and punctuation marks beside a word add little, nine remain")
    func padding() {
        #expect(fault("#829!password471") == .common)
        #expect(fault("#829!password4710") == nil)
        #expect(fault("8294 Alice 7103") == .containsName)
        #expect(fault("8294 Alice 71036") == nil)
        #expect(fault("8294 Alice 1234567890") == .containsName)
        #expect(fault("83719462") == nil)
        #expect(fault("8271aa93") == nil)
    }

    @Test("Names of two characters count unless they are Latin")
    func shortNames() {
        let people = ["李明", "Bo"].map {
            UserRecord(name: "p7364", claims: ["name": .string($0)], createdAt: UnixTime(seconds: 0))
        }
        #expect(fault("李明李明李明李明 20260615", of: people[0]) == .containsName)
        #expect(fault("李明喜欢紫色的水壶和旧时钟", of: people[0]) == nil)
        #expect(fault("bowbox83719", of: people[1]) == nil)
    }

    @Test(
        "There are no rules of composition, and a name within a longer text is allowed",
        arguments: ["correct horse", "wwwwwxwwwww", "alice likes violet kettles", "пароль от сервера", "        space"])
    func accepted(password: String) {
        #expect(fault(password) == nil)
    }
}
