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
    /// The values of `sub` that the ID token must have one of; `nil` for any.
    package let subjects: [String]?

    /// No claims.
    package static let none = ClaimsRequest()

    private init() {
        (idToken, userInfo, essentialContextClasses, subjects) = ([], [], nil, nil)
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
        do {
            let contextClasses = try Self.texts(idToken["acr"])
            essentialContextClasses = Self.isEssential(idToken["acr"]) ? contextClasses : nil
            subjects = try Self.texts(idToken["sub"])
        } catch {
            return nil
        }
    }

    private static func member(_ name: String, _ object: JSONObject) -> JSONObject? {
        switch object[name] {
        case nil, .null?: [:]
        case .object(let claims)?: claims
        case .boolean?, .number?, .string?, .array?: nil
        }
    }

    private struct NotText: Error {}

    /// The `value` or `values` of a claim that is text; `nil` if it may have any.
    private static func texts(_ request: JSONValue?) throws(NotText) -> [String]? {
        guard case .object(let request)? = request else { return nil }
        let values: [JSONValue]
        switch (request["value"], request["values"]) {
        case (nil, nil): return nil
        case (let value?, _): values = [value]
        case (nil, .array(let list)?): values = list
        case (nil, _?): throw NotText()
        }
        let texts: [String] = values.compactMap { if case .string(let text) = $0 { text.text } else { nil } }
        guard texts.count == values.count else { throw NotText() }
        return texts
    }

    private static func isEssential(_ request: JSONValue?) -> Bool {
        if case .object(let request)? = request { request["essential"] == .boolean(true) } else { false }
    }

    /// Returns the parameter with some of the claims alone, each without demands; `nil` if none is left.
    ///
    /// - Parameter allowed: names of claims.
    package func rendered(only allowed: [String]) -> String? {
        func member(_ names: [String]) -> JSONValue {
            .object(JSONObject(names.filter(allowed.contains).map { ($0, .null) }))
        }
        guard !(idToken + userInfo).allSatisfy({ !allowed.contains($0) }) else { return nil }
        let kept: JSONObject = ["id_token": member(idToken), "userinfo": member(userInfo)]
        return String(decoding: kept.rendered(), as: UTF8.self)
    }

    /// Whether the ID token must have `auth_time`.
    package var asksForAuthenticationTime: Bool { idToken.contains("auth_time") }
}
