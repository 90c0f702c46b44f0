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
