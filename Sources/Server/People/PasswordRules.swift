import Foundation

/// The rules for a new password (NIST SP 800-63B-4 §3.1.1.2): its length, and that it cannot be guessed first. There are no rules about
/// its composition.
package struct PasswordRules: Sendable {
    /// In characters (Unicode code points).
    package var minimumLength = Self.standardMinimum
    /// The server's name on the pages, which is easy to guess.
    package var serverName = ""

    /// The default, for passwords that are the only factor.
    package static let standardMinimum = 15
    /// The lowest minimum that can be configured.
    package static let lowestMinimum = 8
    /// In bytes of UTF-8: at least 64 characters.
    package static let maximumLength = 256

    package init() {}

    /// Checks a new password.
    ///
    /// - Parameters:
    ///   - user: whose password it would be.
    ///   - host: the server's host name.
    package func check(_ password: String, of user: UserRecord, host: String?) throws(PasswordFault) {
        let text = password.precomposedStringWithCanonicalMapping
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong(maximum: Self.maximumLength) }
        guard text.unicodeScalars.count >= minimumLength else { throw .tooShort(minimum: minimumLength) }
        let folded = text.lowercased()
        guard !Self.isMostly(names(of: user, host: host), folded) else { throw .containsName }
        guard !CommonPasswords.contains(folded) else { throw .common }
    }

    /// Whether fewer than 8 characters, or a common password, remain without the names and, if it adds little, the padding beside them.
    private static func isMostly(_ names: [String], _ password: String) -> Bool {
        var rest = password
        for name in names { rest = rest.replacingOccurrences(of: name, with: "\n") }
        guard rest != password else { return false }
        let remains = rest.split(separator: "\n")
        let parts = remains.map { $0.parts(around: \.isPadding) }
        let addsLittle = CommonPasswords.addsLittle(parts.flatMap { [$0.before, $0.after] })
        rest = (addsLittle ? parts.map(\.core) : remains).joined()
        return rest.unicodeScalars.count < lowestMinimum || CommonPasswords.contains(rest)
    }

    /// Names in lower case, with their parts and without spaces; the longest first. The shortest are part of many words, and left out.
    private func names(of user: UserRecord, host: String?) -> [String] {
        let claims = Self.claims.map { user.claims.string($0)?.text ?? "" }
        let whole = (claims + [user.name, host ?? "", serverName, "Countersign"]).map {
            $0.precomposedStringWithCanonicalMapping.lowercased()
        }
        let parts = whole.map { $0.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        return Set(whole + parts.flatMap(\.self) + parts.map { $0.joined() })
            .filter { $0.unicodeScalars.count >= ($0.unicodeScalars.contains(where: \.isLatin) ? 3 : 2) }
            .sorted { $0.unicodeScalars.count > $1.unicodeScalars.count }
    }

    /// The claims that name a person (OpenID Connect Core §5.1).
    private static let claims = ["name", "given_name", "family_name", "nickname", "preferred_username", "email"]
}

extension Unicode.Scalar {
    /// Whether it is in a block of Latin letters, which with ASCII include digits and punctuation.
    fileprivate var isLatin: Bool { value < 0x250 || (0x1E00..<0x1F00).contains(value) }
}

extension Character {
    /// Whether it is a space, a punctuation mark, a symbol or the like.
    fileprivate var isSeparator: Bool { !isLetter && !isNumber }

    /// Whether people put it before or after a word that is too short: a digit or a separator.
    fileprivate var isPadding: Bool { !isLetter }
}

extension Substring {
    fileprivate typealias Parts = (before: Substring, core: Substring, after: Substring)

    /// The text without padding around it, and this padding; a text of padding only is before an empty core.
    fileprivate func parts(around isPadding: (Character) -> Bool) -> Parts {
        guard let first = firstIndex(where: { !isPadding($0) }), let last = lastIndex(where: { !isPadding($0) }) else {
            return (self, self[endIndex...], self[endIndex...])
        }
        return (self[..<first], self[first...last], self[index(after: last)...])
    }
}

/// Common passwords, which attackers try first.
enum CommonPasswords {
    /// In characters: as many as the digits of a date.
    private static let maximumPadding = 8

    /// - Parameter password: in lower case.
    /// - Returns: whether it is listed, a sequence or a repetition, as it is or without padding and separators that add little.
    static func contains(_ password: String) -> Bool {
        let cores = [
            core(of: password, around: \.isSeparator, inside: { _ in false }),
            core(of: password, around: \.isSeparator, inside: \.isSeparator),
            core(of: password, around: \.isPadding, inside: { _ in false }),
            core(of: password, around: \.isPadding, inside: \.isSeparator),
            core(of: password, around: \.isPadding, inside: \.isPadding),
        ]
        return Set([password] + cores.compactMap(\.self)).contains {
            // Two equal letters among digits may be random.
            $0.unicodeScalars.count >= 3 && (isListed($0) || isRepetition($0) || isSequence($0))
        }
    }

    /// Whether attackers can try all paddings of this kind: at most 8 digits, symbols and punctuation marks in all, where spaces,
    /// sequences and repetitions do not count.
    static func addsLittle(_ padding: [Substring]) -> Bool {
        let pieces = padding.flatMap { text in
            text.split { !$0.isNumber }.map(String.init) + [String(text.filter { !$0.isNumber && !$0.isWhitespace })]
        }
        let counted = pieces.filter { !isSequence($0) && !isRepetition($0) }
        return counted.reduce(0) { $0 + $1.unicodeScalars.count } <= maximumPadding
    }

    /// - Returns: the password without characters at both ends and inside; `nil` if they add more than a little.
    private static func core(
        of password: String, around isAround: (Character) -> Bool, inside isInside: (Character) -> Bool
    ) -> String? {
        let parts = password[...].parts(around: isAround)
        let inside = Substring(parts.core.filter(isInside))
        guard addsLittle([parts.before, inside, parts.after]) else { return nil }
        return String(parts.core.filter { !isInside($0) })
    }

    /// Whether all characters belong to runs of at least three, as in `abcd4321`, `aaabbb` and `qwertyuiopasdfgh`.
    private static func isSequence(_ password: String) -> Bool {
        let characters = Array(password.unicodeScalars)
        guard characters.count >= 3 else { return false }
        guard !"012345678901234567890123456789".contains(password) else { return true }
        var (length, steps) = (1, Step.all)
        for (one, next) in zip(characters, characters.dropFirst()) {
            let possible = steps.filter { $0.leads(from: one, to: next) }
            if possible.isEmpty {
                guard length >= 3 else { return false }
                (length, steps) = (1, Step.all)
            } else {
                (length, steps) = (length + 1, possible)
            }
        }
        return length >= 3
    }

    /// Whether the password is a repetition of a part, of which the last may be incomplete, as in `passwordpassword` and `abcabca`.
    private static func isRepetition(_ password: String) -> Bool {
        let characters = Array(password.unicodeScalars)
        // For each prefix, the length of the longest text that it begins with and ends with (Knuth, Morris and Pratt).
        var borders = [0]
        for character in characters.dropFirst() {
            var border = borders[borders.count - 1]
            while border > 0, characters[border] != character { border = borders[border - 1] }
            borders.append(characters[border] == character ? border + 1 : 0)
        }
        return borders[borders.count - 1] * 2 >= characters.count
    }

    /// Whether a password is on the list, which is sorted, with a line feed before and after each one.
    private static func isListed(_ password: String) -> Bool {
        guard !password.contains("\n") else { return false }
        return PackageResources.common_passwords_txt.firstRange(of: Array("\n\(password)\n".utf8)) != nil
    }

    /// How one character of a sequence follows another: in the order of Unicode or of a keyboard's rows, forwards, backwards or not at all.
    private struct Step {
        /// The places on a keyboard; `nil` for the order of Unicode.
        let places: [Unicode.Scalar: Int]?
        let distance: Int

        static let all: [Step] = [
            nil, "1234567890 qwertyuiop asdfghjkl zxcvbnm", "1234567890 qwertzuiop asdfghjkl yxcvbnm",
            "1234567890 azertyuiop qsdfghjklm wxcvbn",
        ].flatMap { (rows: String?) in
            let places = rows.map { rows in
                Dictionary(uniqueKeysWithValues: zip(rows.unicodeScalars, 0...).filter { $0.0 != " " })
            }
            return [-1, 0, 1].map { Step(places: places, distance: $0) }
        }

        func leads(from one: Unicode.Scalar, to next: Unicode.Scalar) -> Bool {
            guard let places else { return Int(next.value) - Int(one.value) == distance }
            guard let one = places[one], let next = places[next] else { return false }
            return next - one == distance
        }
    }
}

/// A reason why a new password is not acceptable (NIST SP 800-63B-4 §3.1.1.2).
package enum PasswordFault: Error, Sendable, Equatable {
    /// Shorter than the limit, in characters.
    case tooShort(minimum: Int)
    /// Longer than the limit, in bytes.
    case tooLong(maximum: Int)
    /// Among the most common passwords.
    case common
    /// Little more than a name of the person or of the server.
    case containsName
}
