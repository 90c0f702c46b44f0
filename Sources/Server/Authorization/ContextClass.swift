/// Authentication context classes (OpenID Connect Core §2, `acr`).
///
/// This server has one method, a password. OpenID Connect defines no value for it; that of SAML (SAML 2.0 Authentication Context §3.4) is the
/// one that clients know, and claims no level of assurance.
enum ContextClass {
    /// Returns the class of a sign-in by password, which a plain-HTTP issuer receives over an unprotected connection.
    static func ofPassword(at urls: ServerURLs) -> String {
        let classes = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
        return classes + (urls.issuer.hasPrefix("https://") ? "PasswordProtectedTransport" : "Password")
    }
}
