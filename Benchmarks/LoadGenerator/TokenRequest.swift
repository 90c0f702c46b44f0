import NIOCore
import NIOHTTP1

/// A measured request, in which only the assertion and one value vary, such as the code that is redeemed.
struct TokenRequest: Sendable {
    /// The registered scope of the measured clients.
    static let scope = "bench.read"

    let kind: RequestKind
    private let values: [[UInt8]]
    private let host: String
    private let path: String
    private let form: [UInt8]
    private let assertionParameters = Array(
        ("&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=")
            .utf8)

    /// - Parameter values: one for each request, or one for all; for a sign-in its cookie, then its form, to which the name of
    ///   a person is added.
    init(
        _ server: ServerAddress, _ kind: RequestKind = .clientCredentials, client: String = "bench",
        values: [[UInt8]] = []
    ) {
        self.kind = kind
        self.values = values
        host = server.authority
        path = kind.path(server, client)
        form = Array(kind.form.utf8)
    }

    private func value(_ index: Int) -> [UInt8] {
        values.count > 1 ? values[index] : values.first ?? []
    }

    /// The form of a page in which one person after the other signs in.
    private func signInForm(_ index: Int) -> [UInt8] { values[1] + Array("&user=bench-\(index + 1)".utf8) }

    func head(for assertion: [UInt8], _ index: Int) -> HTTPRequestHead {
        if kind == .authorization {
            let headers: HTTPHeaders = ["Host": host, "Cookie": String(decoding: value(index), as: UTF8.self)]
            return HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)
        }
        if kind == .signIn {
            let headers: HTTPHeaders = [
                "Host": host, "Cookie": String(decoding: values[0], as: UTF8.self),
                "Content-Type": "application/x-www-form-urlencoded", "Content-Length": String(signInForm(index).count),
            ]
            return HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers)
        }
        let length = form.count + value(index).count + assertionParameters.count + assertion.count
        let headers: HTTPHeaders = [
            "Host": host, "Content-Type": "application/x-www-form-urlencoded", "Content-Length": String(length),
        ]
        return HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: headers)
    }

    /// Base64url characters and dots need no escaping in a form.
    ///
    /// - Returns: `nil` for requests without a body.
    func body(for assertion: [UInt8], _ index: Int, _ allocator: ByteBufferAllocator) -> ByteBuffer? {
        if kind == .authorization { return nil }
        if kind == .signIn { return ByteBuffer(bytes: signInForm(index)) }
        let value = value(index)
        var buffer = allocator.buffer(
            capacity: form.count + value.count + assertionParameters.count + assertion.count)
        buffer.writeBytes(form)
        buffer.writeBytes(value)
        buffer.writeBytes(assertionParameters)
        buffer.writeBytes(assertion)
        return buffer
    }
}
