import NIOHTTP1

/// A request's head, parsed and checked in one pass.
struct RequestHead {
    let method: String
    /// As sent, without the query; of a target in absolute form, what follows the authority (RFC 9112 §3.2.2).
    let path: String
    /// Without its question mark.
    let query: String?
    private(set) var headers: HeaderFields = [:]
    /// In bytes, if the request has the field.
    private(set) var contentLength: Int?
    /// Whether the client waits for 100 before it sends the body (RFC 9110 §10.1.1).
    private(set) var expectsContinue = false
    /// Whether NIO's parser expects another protocol after the request.
    private(set) var asksForUpgrade = false
    /// Whether the client allows the connection to stay open.
    let keepsAlive: Bool
    /// HTTP/1.0 needs an explicit `Connection: keep-alive` in the response.
    let isHTTP10: Bool

    /// - Parameter isHTTP2: then `Host` is the `:authority`, and no field is about the connection.
    /// - Throws: `RequestFault` for a missing or repeated field, an unknown expectation, or a target that is not a path.
    init(_ head: HTTPRequestHead, isHTTP2: Bool = false) throws(RequestFault) {
        method = head.method.rawValue
        isHTTP10 = !isHTTP2 && head.version.minor == 0
        keepsAlive = isHTTP2 || head.isKeepAlive
        guard head.method != .CONNECT else { throw .connect }
        (path, query) = try Self.split(head.uri)

        var hosts = 0
        var (hasContentType, hasAuthorization) = (false, false)
        var hasUpgrade = false
        var connectionNamesUpgrade = false
        headers.reserveCapacity(head.headers.count)
        for (name, value) in head.headers {
            headers.append(name, value)
            switch name.utf8.count {
            case 4 where name.isField("host"):
                hosts += 1
                guard Self.isHost(value) else { throw .host }
            case 6 where name.isField("expect"):
                guard value.isField("100-continue") else { throw .expectation }
                // RFC 9110 §10.1.1: an HTTP/1.0 client does not know 100.
                expectsContinue = !isHTTP10
            case 7 where name.isField("upgrade"): hasUpgrade = true
            case 10 where name.isField("connection"):
                if value.listNames("upgrade") { connectionNamesUpgrade = true }
            case 12 where name.isField("content-type"):
                guard !hasContentType else { throw .repeated("Content-Type") }
                hasContentType = true
            case 13 where name.isField("authorization"):
                guard !hasAuthorization else { throw .repeated("Authorization") }
                hasAuthorization = true
            case 14 where name.isField("content-length"):
                // The parser has checked that it is a number; one beyond 63 bits is too long as well.
                contentLength = Int(value) ?? .max
            case 17 where name.isField("transfer-encoding"):
                guard !isHTTP10 else { throw .transferEncoding }
                guard value.isField("chunked") else { throw .transferCoding }
            default: break
            }
        }
        guard hosts == 1 || hosts == 0 && isHTTP10 else { throw .host }
        asksForUpgrade = hasUpgrade && connectionNamesUpgrade
    }

    /// RFC 9112 §3.2: origin form, absolute form, or the asterisk.
    private static func split(_ target: String) throws(RequestFault) -> (path: String, query: String?) {
        guard target.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .target }
        var rest = Substring(target)
        if !target.hasPrefix("/"), target != "*" {
            guard let scheme = ["http://", "https://"].first(where: { target.lowercased().hasPrefix($0) }) else {
                throw .target
            }
            rest = target.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
            if !rest.hasPrefix("/") { rest = "/" + rest }
        }
        guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (String(rest), nil) }
        return (String(rest[..<mark]), String(rest[rest.utf8.index(after: mark)...]))
    }

    /// RFC 9110 §7.2: host and port; empty if the target has no authority.
    private static func isHost(_ value: String) -> Bool {
        value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "/"), UInt8(ascii: "@"), UInt8(ascii: "?"), UInt8(ascii: "#"): false
            default: (0x21...0x7E).contains(byte)
            }
        }
    }
}

extension String {
    /// Whether a comma-separated list (RFC 9110 §5.6.1) has this member.
    fileprivate func listNames(_ member: StaticString) -> Bool {
        split(separator: ",").contains { element in
            String(element.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }).isField(member)
        }
    }
}
