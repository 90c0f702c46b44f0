import Foundation

/// A cookie as a browser keeps it.
struct Cookie: Equatable {
    enum SameSite: String { case strict, lax, none }

    let name: String
    let value: String
    let path: String
    let isSecure: Bool
    let isHTTPOnly: Bool
    let sameSite: SameSite
}

/// The cookies of one server in one browser (RFC 6265bis).
struct CookieJar {
    private(set) var cookies: [Cookie] = []

    /// Stores what a `Set-Cookie` header says, or removes the cookie.
    ///
    /// - Parameter isSecure: whether the answer came over https.
    /// - Returns: whether a browser would accept the cookie.
    @discardableResult
    mutating func store(_ header: String, isSecure: Bool) -> Bool {
        let parts = header.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return false }
        let name = String(pair[..<equals])
        var attributes: [String: String] = [:]
        for part in parts.dropFirst() {
            let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
            attributes[sides.first?.lowercased() ?? ""] = sides.count == 2 ? sides[1] : ""
        }
        let cookie = Cookie(
            name: name, value: String(pair[pair.index(after: equals)...]), path: attributes["path"] ?? "/",
            isSecure: attributes["secure"] != nil, isHTTPOnly: attributes["httponly"] != nil,
            sameSite: attributes["samesite"].flatMap { .init(rawValue: $0.lowercased()) } ?? .lax)
        guard !cookie.isSecure || isSecure else { return false }
        if name.hasPrefix("__Secure-"), !cookie.isSecure { return false }
        if name.hasPrefix("__Host-") {
            guard cookie.isSecure, attributes["path"] == "/", attributes["domain"] == nil else { return false }
        }
        cookies.removeAll { $0.name == name && $0.path == cookie.path }
        let ends = attributes["max-age"].flatMap { Int($0) }.map { $0 <= 0 } ?? false
        if !ends { cookies.append(cookie) }
        return true
    }

    /// Returns the `Cookie` header of a request.
    ///
    /// - Parameter sends: the kind of request, in view of `SameSite`.
    func header(path: String, isSecure: Bool, _ sends: (Cookie.SameSite) -> Bool) -> String? {
        let sent = cookies.filter { cookie in
            (isSecure || !cookie.isSecure) && sends(cookie.sameSite)
                && (path == cookie.path || path.hasPrefix(cookie.path.hasSuffix("/") ? cookie.path : cookie.path + "/"))
        }
        return sent.isEmpty ? nil : sent.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
    }
}
