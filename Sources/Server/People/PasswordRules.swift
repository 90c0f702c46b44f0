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

    /// Whether fewer than 8 characters, or a common password, remain without the names and the padding around them.
    private static func isMostly(_ names: [String], _ password: String) -> Bool {
        var rest = password
        for name in names { rest = rest.replacingOccurrences(of: name, with: "\n") }
        guard rest != password else { return false }
        rest = rest.split(separator: "\n").map { $0.trimmed(where: \.isPadding) }.joined()
        return rest.unicodeScalars.count < lowestMinimum || CommonPasswords.contains(rest)
    }

    /// Names in lower case, with their parts and without spaces; the longest first. The shortest are part of many words, and left out.
    private func names(of user: UserRecord, host: String?) -> [String] {
        let claims = Self.claims.map { user.claims.string($0)?.text ?? "" }
        let whole = (claims + [user.name, host ?? "", serverName, "Countersign"]).map {
            $0.precomposedStringWithCanonicalMapping.lowercased()
        }
        let parts = whole.map { $0.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        return Set(whole + parts.flatMap(\.self) + parts.map { $0.joined() }).filter { $0.count >= 3 }
            .sorted { $0.count > $1.count }
    }

    /// The claims that name a person (OpenID Connect Core §5.1).
    private static let claims = ["name", "given_name", "family_name", "nickname", "preferred_username", "email"]
}

extension Character {
    /// Whether it is a space, a punctuation mark or the like.
    fileprivate var isSeparator: Bool { isWhitespace || isPunctuation || isASCII && !isLetter && !isNumber }

    /// Whether people put it before or after a word that is too short: a digit or a separator.
    fileprivate var isPadding: Bool { isNumber || isSeparator }
}

extension StringProtocol {
    fileprivate func trimmed(where isTrimmed: (Character) -> Bool) -> String {
        guard let last = lastIndex(where: { !isTrimmed($0) }) else { return "" }
        return String(self[...last].drop(while: isTrimmed))
    }
}

/// Common passwords, which attackers try first.
enum CommonPasswords {
    /// - Parameter password: in lower case.
    /// - Returns: whether it is listed, a sequence or a repetition, without regard to separators in it and padding around it.
    static func contains(_ password: String) -> Bool {
        let cores = [password, password.trimmed(where: \.isSeparator), password.trimmed(where: \.isPadding)]
        return Set(cores + cores.map { $0.filter { !$0.isSeparator } }).contains {
            // Anything shorter is little of the password.
            $0.count >= 4 && (isListed($0) || isRepetition($0) || isSequence($0))
        }
    }

    /// Whether all characters belong to runs of at least three, as in `abcd4321`, `aaabbb` and `qwertyuiopasdfgh`.
    private static func isSequence(_ password: String) -> Bool {
        guard !"012345678901234567890123456789".contains(password) else { return true }
        let characters = Array(password.unicodeScalars)
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
