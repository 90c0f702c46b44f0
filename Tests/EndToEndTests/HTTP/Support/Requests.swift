/// Requests as sent on the wire.
enum Requests {
    /// A request without a body that is answered with 200.
    static let live = get("/health/live")

    static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: as.example\r\n\(fields)\r\n"
    }

    static func head(_ path: String) -> String { "HEAD \(path) HTTP/1.1\r\nHost: as.example\r\n\r\n" }

    /// Returns the head of a token request; `fields` follow `Host` and `Content-Type`, each with its CRLF.
    static func tokenHead(_ fields: String, version: String = "1.1") -> String {
        "POST /oauth2/token HTTP/\(version)\r\nHost: as.example\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\n\(fields)\r\n"
    }

    /// A well-formed token request that is refused with 400.
    static let token = tokenHead("Content-Length: \(form.utf8.count)\r\n") + form

    static let form = "grant_type=unknown"

    /// What Java's client and `curl --http2` send with their first request on plain HTTP.
    static let h2cOffer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"
}
