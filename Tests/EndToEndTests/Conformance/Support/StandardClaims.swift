import Countersign

/// What the suite demands of the standard claims in UserInfo (OpenID Connect Core §5.1).
enum StandardClaims {
    /// The claims of each scope (OpenID Connect Core §5.4).
    static let byScope: [String: [String]] = [
        "profile": [
            "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
            "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
        ],
        "email": ["email", "email_verified"],
        "address": ["address"],
        "phone": ["phone_number", "phone_number_verified"],
    ]

    /// Checks a UserInfo answer: its status, its media type, its subject, the type of every claim, and that the scopes' claims are
    /// there and no others.
    static func check(_ answer: Answer, subject: String?, scopes: [String], extra: [String] = []) throws {
        guard answer.status == 200, answer.headers["content-type"]?.hasPrefix("application/json") == true else {
            throw TestFailure("UserInfo: \(answer.status) \(answer.headers) \(answer.text)")
        }
        guard answer["sub"] != nil, answer["sub"] == subject else { throw TestFailure("sub: \(answer.text)") }
        let expected = scopes.flatMap { byScope[$0] ?? [] } + extra
        for name in expected where answer.object[name] == nil { throw TestFailure("no \(name): \(answer.text)") }
        for member in answer.object.members where member.name.text != "sub" {
            guard expected.contains(member.name.text) else { throw TestFailure("nobody asked for \(member.name.text)") }
            try checkType(member.name.text, member.value)
        }
    }

    private static func checkType(_ name: String, _ value: JSONValue) throws {
        let isRight =
            switch (name, value) {
            case ("email_verified", .boolean), ("phone_number_verified", .boolean): true
            case ("updated_at", .number(let time)):
                (631_152_000...TestServer.now.seconds + 86_400).contains(time.integer ?? 0)
            case ("address", .object(let address)):
                !address.members.isEmpty && address.members.allSatisfy { isText($0.value) }
            case ("birthdate", .string(let date)): date.text.wholeMatch(of: /\d{4}(-\d{2}-\d{2})?/) != nil
            case ("email_verified", _), ("phone_number_verified", _), ("updated_at", _), ("address", _): false
            case (_, let value): isText(value)
            }
        guard isRight else { throw TestFailure("\(name) has the wrong type: \(value.render())") }
    }

    /// Whether it is a string that is neither blank nor the word `null`.
    private static func isText(_ value: JSONValue) -> Bool {
        guard case .string(let text) = value else { return false }
        return text.text.contains { !$0.isWhitespace } && text.text != "null"
    }
}
