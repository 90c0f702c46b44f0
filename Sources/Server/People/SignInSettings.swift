/// How people sign in, where a client's registration does not decide (`SignInOptions`).
package struct SignInSettings: Sendable {
    /// Whether PKCE (RFC 7636) is demanded of clients that authenticate, too.
    package var requiresProofKey = false
    /// The lifetime of ID tokens.
    package var idTokenLifetime: Duration = .seconds(3600)
    /// The lifetime of refresh tokens, counted from the grant: no use prolongs it.
    package var refreshTokenLifetime: Duration = .seconds(30 * 86_400)
    package var passwordRules = PasswordRules()
    package var passwordCost = PasswordCost.standard
    /// How many passwords are hashed or checked at once.
    package var passwordConcurrency = 2

    package init() {}

    /// The hasher of a server. Token requests go first, so that they do not wait while people sign in; a tenth of a busy processor is left
    /// to passwords. With less precedence (a niceness of 4) Linux let some requests wait for 5 ms.
    package var passwordHasher: PasswordHasher {
        PasswordHasher(passwordCost, concurrency: passwordConcurrency, niceness: 10)
    }
}
