/// The standard claims about a person (OpenID Connect Core §5.1), as UserInfo and ID tokens give them: each of its standard type, and
/// left out if there is no value of that type.
package enum StandardClaims {
    /// The claims of each scope (§5.4).
    private static let byScope: [(scope: String, claims: [String])] = [
        (
            "profile",
            [
                "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile",
                "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
            ]
        ),
        ("email", ["email", "email_verified"]), ("address", ["address"]),
        ("phone", ["phone_number", "phone_number_verified"]), ("groups", ["groups"]),
    ]

    /// The scopes that stand for claims.
    package static let scopes = byScope.map(\.scope)
    /// Every claim that is given, without `sub`.
    package static let all = byScope.flatMap(\.claims)
    /// The members of `address` (§5.1.1).
    private static let addressMembers = [
        "formatted", "street_address", "locality", "region", "postal_code", "country",
    ]

    /// Returns the names of the claims that scope tokens ask for.
    package static func names(in scopes: [String]) -> [String] {
        byScope.filter { scopes.contains($0.scope) }.flatMap(\.claims)
    }

    /// Returns the scopes that stand for claims.
    package static func scopes(of names: [String]) -> [String] {
        byScope.filter { !Set(names).isDisjoint(with: $0.claims) }.map(\.scope)
    }

    /// Returns the claims of these names about a person, in the order of the specification; unknown names are ignored.
    package static func claims(_ names: [String], of user: UserRecord) -> JSONObject {
        var claims: JSONObject = [:]
        for name in all where names.contains(name) {
            if let value = value(of: name, user) { claims.set(name, value) }
        }
        return claims
    }

    private static func value(of name: String, _ user: UserRecord) -> JSONValue? {
        let value = user.claims[name]
        return switch name {
        case "updated_at": .number(user.updatedAt.seconds)
        case "preferred_username": text(value) ?? text(.string(user.name))
        case "email_verified": text(user.claims["email"]).map { _ in .boolean(isTrue(value)) }
        case "phone_number_verified": text(user.claims["phone_number"]).map { _ in .boolean(isTrue(value)) }
        case "birthdate": text(value).flatMap { isDate($0) ? $0 : nil }
        case "address": address(value)
        case "groups": user.groups.isEmpty ? nil : .array(user.groups)
        default: text(value)
        }
    }

    /// A string that is not blank.
    private static func text(_ value: JSONValue?) -> JSONValue? {
        guard case .string(let text)? = value, !text.text.allSatisfy(\.isWhitespace) else { return nil }
        return value
    }

    private static func isTrue(_ value: JSONValue?) -> Bool { value == .boolean(true) || value == .string("true") }

    private static func address(_ value: JSONValue?) -> JSONValue? {
        guard case .object(let address)? = value else { return nil }
        let members = addressMembers.compactMap { name in text(address[name]).map { (name, $0) } }
        return members.isEmpty ? nil : .object(JSONObject(members))
    }

    /// `YYYY-MM-DD`, `0000-MM-DD` or `YYYY`.
    private static func isDate(_ value: JSONValue) -> Bool {
        guard case .string(let text) = value else { return false }
        let parts = text.text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } }),
            parts.map(\.count) == [4] || parts.map(\.count) == [4, 2, 2]
        else { return false }
        let numbers = parts.compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == 3 else { return numbers.first ?? 0 > 0 }
        // Without a year, 29 February is a date.
        let year: Int64 = numbers[0] == 0 ? 2000 : numbers[0]
        let time = UnixTime(year: year, month: numbers[1], day: numbers[2], hour: 0, minute: 0, second: 0)
        // 31 February would become a day in March.
        return time?.text.dropFirst(4).hasPrefix(text.text.dropFirst(4)) == true
    }
}
