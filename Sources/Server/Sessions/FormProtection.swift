import Crypto

/// The protection of forms against requests that another site makes in a person's browser (*cross-site request forgery*).
///
/// The browser holds a random cookie, and the form a hidden field with its HMAC, which another site can neither read nor compute. The
/// HMAC also covers what the form is for and whom it is for, so that the pair of cookie and field that an attacker gets for their own
/// browser is invalid in any other session. The sign-in form has it too: otherwise a site could sign a person
/// in as somebody else. Beside it `Origin` and `Sec-Fetch-Site` are checked, which browsers send and sites cannot forge.
package struct FormProtection: Sendable {
    /// The purpose of a form. A field of one form is not accepted in another one.
    package enum Purpose: String, Sendable, CaseIterable {
        case signIn = "sign-in"
        case consent
        case signOut = "sign-out"
        case account
        case accountSignIn = "account-sign-in"
        /// The forms of the console's pages.
        case console
        /// The page that makes the first administrator.
        case consoleSetup = "console-setup"
    }

    /// The name of the hidden field.
    package static let field = "form_key"
    /// Of the random cookie, in bytes.
    private static let randomLength = 32

    private let origin: String
    private let issuer: String
    private let cookie: ServerCookie
    private let keys: SealingKeys

    package init(_ urls: ServerURLs, keys: SealingKeys) {
        origin = urls.origin
        issuer = urls.issuer
        cookie = ServerCookie("countersign-form", of: urls)
        self.keys = keys
    }

    /// The hidden field and the cookie of a protected form.
    package struct Protected: Sendable {
        package let field: HiddenField
        /// The header field `Set-Cookie`, if the browser has no cookie yet.
        package let cookies: [String]
    }

    /// Protects a form.
    ///
    /// - Parameter context: what the form belongs to, such as the `sid` of the session and the digest of the ticket. It must be the same
    ///   when the form arrives.
    package func protect(
        _ purpose: Purpose, context: [String] = [], in request: EndpointRequest
    ) -> Protected? {
        guard let key = keys.newest else { return nil }
        let sent = sentCookie(request)
        let value = sent ?? Base64URL.encode(RandomBytes.make(Self.randomLength))
        let code = HMAC<SHA256>.authenticationCode(for: input(value, purpose, context), using: derived(key))
        var bytes: [UInt8] = []
        bytes.append(bigEndian: key.number)
        bytes.append(contentsOf: code)
        return Protected(
            field: HiddenField(Self.field, Base64URL.encode(bytes)),
            // Not set again, so that the forms in other tabs keep working.
            cookies: sent == nil ? [cookie.setting(value)] : [])
    }

    /// Checks that a form comes from a page of this server in the same browser.
    package func check(
        _ form: Form, _ purpose: Purpose, context: [String] = [], in request: EndpointRequest
    ) throws(FormProtectionFault) {
        guard isSameOrigin(request) else { throw .crossSite }
        guard let cookie = sentCookie(request) else { throw .noCookie }
        guard let (code, key) = sentCode(form),
            // Compares in constant time.
            HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: input(cookie, purpose, context), using: derived(key))
        else { throw .wrongField }
    }

    /// Derives 32 bytes that only the server can compute: each time the same for a form that is sent again, and others for any other form.
    ///
    /// - Parameters:
    ///   - values: from the form, and what the bytes are for.
    ///   - form: was checked before.
    /// - Returns: `nil` if the key of the form has been removed meanwhile.
    package func derive(_ values: [String], from form: Form) -> [UInt8]? {
        guard let (code, key) = sentCode(form) else { return nil }
        let secret = key.derived(for: SealingKeys.context(["countersign/form-derivation", "1", issuer]))
        let input = SealingKeys.context([Base64URL.encode(Array(code))] + values)
        return Array(HMAC<SHA256>.authenticationCode(for: input, using: secret))
    }

    /// Returns the HMAC in the hidden field of a form, and the key that has made it.
    private func sentCode(_ form: Form) -> (code: ArraySlice<UInt8>, key: SealingKeys.Key)? {
        guard let bytes = form.text(Self.field).flatMap(Base64URL.decode), bytes.count == 4 + SHA256.byteCount,
            let key = keys[bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }]
        else { return nil }
        return (bytes.dropFirst(4), key)
    }

    /// Browsers send `Origin` with each POST; `null` comes from sandboxed frames and pages without a referrer.
    private func isSameOrigin(_ request: EndpointRequest) -> Bool {
        if let sent = request.headers["Origin"], sent != origin { return false }
        switch request.headers["Sec-Fetch-Site"] {
        case nil, "same-origin", "none": return true
        default: return false
        }
    }

    private func sentCookie(_ request: EndpointRequest) -> String? {
        guard let value = Cookies(request)[cookie.name], Base64URL.decode(value)?.count == Self.randomLength else {
            return nil
        }
        return value
    }

    private func derived(_ key: SealingKeys.Key) -> SymmetricKey {
        key.derived(for: SealingKeys.context(["countersign/form-protection", "1", issuer]))
    }

    private func input(_ cookie: String, _ purpose: Purpose, _ context: [String]) -> [UInt8] {
        SealingKeys.context([cookie, purpose.rawValue] + context)
    }
}

/// Why a form was not accepted.
package enum FormProtectionFault: Error, Sendable, Equatable {
    /// Another site sent it.
    case crossSite
    /// The browser did not send the cookie: it keeps none, or another one planted a second.
    case noCookie
    /// The field does not belong to the cookie, the form and the person: the page is of another browser, session or purpose, or too old.
    case wrongField
}
