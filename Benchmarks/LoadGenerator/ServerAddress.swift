import NIOHTTP1

/// The address of a server that speaks plain HTTP.
struct ServerAddress: Sendable {
    let host: String
    let port: Int
    var tokenPath = "/oauth2/token"

    init(_ text: String) throws(LoadError) {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
            let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port)
        else { throw .usage("--server takes HOST:PORT") }
        host = String(text[..<colon].filter { $0 != "[" && $0 != "]" })
        self.port = port
    }

    /// RFC 9112 §3.2: the `Host` of every request.
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    func get(_ path: String) -> HTTPRequestHead {
        HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: ["Host": authority])
    }
}
