/// The `claims` parameter (OpenID Connect Core §5.5): the claims that a client asks for by name.
package struct ClaimsRequest: Sendable, Equatable {
    /// The maximum length of the parameter, in bytes.
    package static let maximumLength = 4096

    /// Names of the claims for the ID token.
    package let idToken: [String]
    /// Names of the claims for UserInfo.
    package let userInfo: [String]
    /// The values of `acr` that the ID token must have one of, if `acr` is essential.
    package let essentialContextClasses: [String]?

    /// No claims.
    package static let none = ClaimsRequest(idToken: [], userInfo: [], essentialContextClasses: nil)

    private init(idToken: [String], userInfo: [String], essentialContextClasses: [String]?) {
        self.idToken = idToken
        self.userInfo = userInfo
        self.essentialContextClasses = essentialContextClasses
    }

    /// Parses the parameter. Unknown members and claims are ignored, as §5.5 demands.
    ///
    /// - Returns: `nil` if the text is too long, not a JSON object, or has a member of the wrong type.
    package init?(parsing text: String) {
        guard text.utf8.count <= Self.maximumLength, let object = try? JSONObject(parsing: Array(text.utf8)),
            let idToken = Self.member("id_token", object), let userInfo = Self.member("userinfo", object)
        else { return nil }
        self.idToken = idToken.members.map(\.name.text)
        self.userInfo = userInfo.members.map(\.name.text)
        essentialContextClasses = Self.essentialValues(idToken["acr"])
    }

    private static func member(_ name: String, _ object: JSONObject) -> JSONObject? {
        switch object[name] {
        case nil, .null?: [:]
        case .object(let claims)?: claims
        case .boolean?, .number?, .string?, .array?: nil
        }
    }

    /// The `value` or `values` of an essential claim.
    private static func essentialValues(_ request: JSONValue?) -> [String]? {
        guard case .object(let request)? = request, request["essential"] == .boolean(true) else { return nil }
        if let value = request.string("value") { return [value.text] }
        guard case .array(let values)? = request["values"] else { return nil }
        return values.compactMap { if case .string(let text) = $0 { text.text } else { nil } }
    }

    /// Whether the ID token must have `auth_time`.
    package var asksForAuthenticationTime: Bool { idToken.contains("auth_time") }
}
