import NIOCore
import NIOHTTP1

/// The HTTP/1.1 form of a response: head and body in one buffer, for one system call. The length is always known, so nothing is chunked.
struct ResponseBytes {
    /// The persistence of the connection after the response (RFC 9112 §9.3).
    enum Persistence {
        /// Stays open, the default of HTTP/1.1.
        case keepAlive
        /// Stays open, stated explicitly for HTTP/1.0 clients.
        case keepAliveHTTP10
        case close
    }

    /// `100 Continue` (RFC 9110 §15.2.1).
    static let continueResponse: StaticString = "HTTP/1.1 100 Continue\r\n\r\n"

    private static let roomForHead = 512

    /// - Parameters:
    ///   - date: the value of the `Date` field.
    ///   - isHead: whether the method was HEAD, which gets the length and no body, as does the status 304 (RFC 9110 §15.4.5).
    ///   - buffer: cleared first; its memory is reused if nothing else refers to it.
    static func write(
        _ response: EndpointResponse, date: [UInt8], isHead: Bool, _ persistence: Persistence,
        to buffer: inout ByteBuffer
    ) {
        buffer.clear(minimumCapacity: Self.roomForHead + (isHead ? 0 : response.body.count))
        if response.status == 200 {
            buffer.writeStaticString("HTTP/1.1 200 OK\r\nContent-Type: ")
        } else {
            let status = HTTPResponseStatus(statusCode: response.status)
            buffer.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\nContent-Type: ")
        }
        buffer.writeString(response.contentType)
        buffer.writeStaticString("\r\nContent-Length: ")
        write(decimal: response.body.count, to: &buffer)
        buffer.writeStaticString("\r\nDate: ")
        buffer.writeBytes(date)
        for header in response.headers.fields {
            buffer.writeStaticString("\r\n")
            buffer.writeString(header.name)
            buffer.writeStaticString(": ")
            buffer.writeString(header.value)
        }
        switch persistence {
        case .keepAlive: buffer.writeStaticString("\r\n\r\n")
        case .keepAliveHTTP10: buffer.writeStaticString("\r\nConnection: keep-alive\r\n\r\n")
        case .close: buffer.writeStaticString("\r\nConnection: close\r\n\r\n")
        }
        if !isHead, response.status != 304 { buffer.writeBytes(response.body) }
    }

    private static func write(decimal number: Int, to buffer: inout ByteBuffer) {
        if number >= 10 { write(decimal: number / 10, to: &buffer) }
        buffer.writeInteger(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
