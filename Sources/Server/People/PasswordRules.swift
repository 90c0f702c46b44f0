import Foundation

/// The rules for a new password (NIST SP 800-63B-4 §3.1.1.2): its length, and that it cannot be guessed first. There are no rules about
/// its composition.
package struct PasswordRules: Sendable {
    /// In characters (Unicode code points).
    package var minimumLength = Self.standardMinimum

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
        guard !CommonPasswords.contains(folded) else { throw .common }
        guard !Self.isMostly(Self.names(of: user, host: host), folded) else { throw .containsName }
    }

    /// Whether fewer than 8 characters remain without the names.
    private static func isMostly(_ names: [String], _ password: String) -> Bool {
        var rest = password
        for name in names { rest = rest.replacingOccurrences(of: name, with: "") }
        return rest != password && rest.unicodeScalars.count < lowestMinimum
    }

    /// Lowercase and without the shortest, which are part of many words; the longest first.
    private static func names(of user: UserRecord, host: String?) -> [String] {
        let whole = [user.name, user.email ?? "", host ?? ""].map { $0.lowercased() }
        let parts = whole.flatMap { $0.split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        return Set(whole + parts).filter { $0.count >= 3 }.sorted { $0.count > $1.count }
    }
}

/// Common passwords, which attackers try first.
enum CommonPasswords {
    /// - Parameter password: in lower case.
    static func contains(_ password: String) -> Bool {
        isSequence(password) || isListed(password)
            || repeatedPart(of: password).map { $0.count <= 3 || isListed($0) } == true
    }

    /// Whether each character follows the one before, as in `abcdefgh`, `87654321` and `aaaaaaaa`.
    private static func isSequence(_ password: String) -> Bool {
        let codes = password.unicodeScalars.map { Int($0.value) }
        let steps = Set(zip(codes.dropFirst(), codes).map { $0 - $1 })
        return steps.count <= 1 && steps.allSatisfy { abs($0) <= 1 } || "01234567890123456789".contains(password)
    }

    /// The shortest text of which the password is a repetition, as in `passwordpassword`.
    private static func repeatedPart(of password: String) -> String? {
        let scalars = Array(password.unicodeScalars)
        for length in 1..<max(scalars.count / 2 + 1, 1) {
            let repeats = scalars.indices.allSatisfy { scalars[$0] == scalars[$0 % length] }
            if repeats { return String(String.UnicodeScalarView(scalars.prefix(length))) }
        }
        return nil
    }

    /// Whether a password is on the list, which is sorted, with a line feed before and after each one.
    private static func isListed(_ password: String) -> Bool {
        guard !password.contains("\n") else { return false }
        return PackageResources.common_passwords_txt.firstRange(of: Array("\n\(password)\n".utf8)) != nil
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
    /// The user name, the e-mail address or the server's name.
    case containsName
}
