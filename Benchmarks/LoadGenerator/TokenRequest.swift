import NIOCore
import NIOHTTP1

/// A token request (RFC 6749 §4.4.2, RFC 7523 §2.2) in which only the assertion varies.
struct TokenRequest: Sendable {
    /// The registered scope of the measured clients.
    static let scope = "bench.read"

    private static let form = Array(
        ("grant_type=client_credentials&scope=\(scope)"
            + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            + "&client_assertion=").utf8)

    private let host: String
    private let path: String

    init(_ server: ServerAddress) {
        host = server.authority
        path = server.tokenPath
    }

    func head(for assertion: [UInt8]) -> HTTPRequestHead {
        let headers: HTTPHeaders = [
            "Host": host, "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": String(Self.form.count + assertion.count),
        ]
        return HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers)
    }

    /// Base64url characters and dots need no escaping in a form.
    func body(for assertion: [UInt8], _ allocator: ByteBufferAllocator) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: Self.form.count + assertion.count)
        buffer.writeBytes(Self.form)
        buffer.writeBytes(assertion)
        return buffer
    }
}
