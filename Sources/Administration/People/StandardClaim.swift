import Foundation

/// A claim about a person and the rule for its values (OpenID Connect Core §5.1).
package struct StandardClaim: Sendable {
    package enum Kind: Sendable {
        case text
        case email
        case url
        case boolean
        case birthdate
        case timeZone
        case locale
        case phoneNumber
        case address
        /// Any JSON value.
        case other
    }

    package let name: String
    package let kind: Kind

    /// - Throws: for a name that protocols or the server itself use.
    package init(_ name: String) throws(UserClaimFault) {
        self.name = name
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw UserClaimFault(name, "a name has 1 to 64 ASCII characters without spaces")
        }
        guard name != "updated_at" else {
            throw UserClaimFault(name, "the server sets it whenever the person is changed")
        }
        guard !Self.reserved.contains(name) else { throw UserClaimFault(name, "the name is used by tokens themselves") }
        kind = Self.kinds[name] ?? .other
    }

    /// The string claims are plain texts, everything else has a rule of its own.
    private static let kinds: [String: Kind] = [
        "name": .text, "given_name": .text, "family_name": .text, "middle_name": .text, "nickname": .text,
        "preferred_username": .text, "gender": .text, "profile": .url, "picture": .url, "website": .url,
        "email": .email, "email_verified": .boolean, "birthdate": .birthdate, "zoneinfo": .timeZone, "locale": .locale,
        "phone_number": .phoneNumber, "phone_number_verified": .boolean, "address": .address,
    ]

    private static let reserved: Set = [
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "auth_time", "nonce", "acr", "amr", "azp", "at_hash",
        "c_hash", "s_hash", "sid", "cnf", "client_id", "scope", "groups", "events", "act", "may_act",
    ]

    /// The standard names, for completion.
    package static let names = kinds.keys.sorted()

    /// The members of `address` (OpenID Connect Core §5.1.1).
    package static let addressMembers = [
        "formatted", "street_address", "locality", "region", "postal_code", "country",
    ]
}

/// Why a claim cannot have a value.
package struct UserClaimFault: Error, Sendable, Equatable {
    package let claim: String
    /// A clause: "it must be true or false".
    package let problem: String

    init(_ claim: String, _ problem: String) {
        self.claim = claim
        self.problem = problem
    }
}

extension StandardClaim {
    /// Reads a value from text: the claim decides its type. Claims that are not standard are JSON, or else text.
    package func value(of text: String) throws(UserClaimFault) -> JSONValue {
        switch kind {
        case .boolean:
            guard let flag = Bool(text) else { throw UserClaimFault(name, "it must be true or false") }
            return .boolean(flag)
        case .address:
            guard let object = try? JSONObject(parsing: Array(text.utf8)) else {
                throw UserClaimFault(
                    name, "it must be a JSON object, such as {\"locality\":\"Berlin\",\"country\":\"DE\"}")
            }
            return try checked(.object(object))
        case .other: return try checked((try? JSONValue(parsing: Array(text.utf8))) ?? .string(text))
        case .text, .email, .url, .birthdate, .timeZone, .locale, .phoneNumber: return try checked(.string(text))
        }
    }

    /// Returns the value if the claim can have it.
    package func checked(_ value: JSONValue) throws(UserClaimFault) -> JSONValue {
        switch (kind, value) {
        case (.other, .null): throw UserClaimFault(name, "it must not be null")
        case (.other, .string(let text)): try checkText(text.text)
        case (.other, _), (.boolean, .boolean): break
        case (.boolean, _): throw UserClaimFault(name, "it must be true or false")
        case (.address, .object(let address)): try checkAddress(address)
        case (.address, _): throw UserClaimFault(name, "it must be an object")
        case (_, .string(let text)):
            try checkText(text.text)
            if let problem = kind.problem(with: text.text) { throw UserClaimFault(name, problem) }
        case (_, _): throw UserClaimFault(name, "it must be a string")
        }
        return value
    }

    private func checkText(_ text: String, allowsLines: Bool = false) throws(UserClaimFault) {
        guard !text.allSatisfy(\.isWhitespace), text != "null" else {
            throw UserClaimFault(name, "it must not be empty; leave the claim out instead")
        }
        guard text.utf8.count <= 1024 else { throw UserClaimFault(name, "it must have at most 1024 bytes") }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control || allowsLines && $0 == "\n" })
        else { throw UserClaimFault(name, "it must not contain control characters") }
    }

    private func checkAddress(_ address: JSONObject) throws(UserClaimFault) {
        guard !address.members.isEmpty else {
            throw UserClaimFault(name, "it must not be empty; leave the claim out instead")
        }
        for member in address.members {
            guard Self.addressMembers.contains(member.name.text) else {
                throw UserClaimFault(name, "its members are \(Self.addressMembers.joined(separator: ", "))")
            }
            guard case .string(let text) = member.value else {
                throw UserClaimFault(name, "its members must be strings")
            }
            try checkText(text.text, allowsLines: true)
        }
    }
}

extension StandardClaim.Kind {
    /// What is wrong with a text that is not empty; `nil` if nothing is.
    fileprivate func problem(with text: String) -> String? {
        switch self {
        case .text, .boolean, .address, .other: nil
        case .email:
            text.wholeMatch(of: /[^@\s<>,;]{1,64}@[^@\s<>,;]{1,190}/) != nil ? nil : "it must be an e-mail address"
        case .url: Self.isWebURL(text) ? nil : "it must be an http or https URL"
        case .birthdate:
            Self.isBirthdate(text)
                ? nil : "it must be a date such as 1990-12-31, a year, or 0000-12-31 without the year"
        case .timeZone:
            text.wholeMatch(of: /[A-Za-z]+([\/_+-][A-Za-z0-9]+)*/) != nil
                ? nil : "it must be a time zone such as Europe/Berlin"
        case .locale:
            text.wholeMatch(of: /[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*/) != nil
                ? nil : "it must be a language tag such as en or de-CH (BCP 47)"
        case .phoneNumber:
            text.wholeMatch(of: /\+?[0-9][0-9 ().\/-]{1,30}(;ext=[0-9]{1,10})?/) != nil
                ? nil : "it must be a telephone number such as +49 30 123456"
        }
    }

    private static func isWebURL(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let url = URLComponents(string: text) else {
            return false
        }
        return ["http", "https"].contains(url.scheme?.lowercased()) && url.host?.isEmpty == false
    }

    private static func isBirthdate(_ text: String) -> Bool {
        if text.wholeMatch(of: /[0-9]{4}/) != nil { return text != "0000" }
        guard let match = text.wholeMatch(of: /([0-9]{4})-([0-9]{2})-([0-9]{2})/),
            let year = Int(match.1), let month = Int(match.2), let day = Int(match.3), (1...12).contains(month)
        else { return false }
        let isLeapYear = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }
}
