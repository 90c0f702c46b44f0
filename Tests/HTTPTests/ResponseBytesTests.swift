import Server
import NIOCore
import Testing

@testable import HTTP

@Suite("Response bytes")
struct ResponseBytesTests {
    private static func text(
        _ response: EndpointResponse, isHead: Bool = false, _ persistence: ResponseBytes.Persistence = .keepAlive
    ) -> String {
        var bytes = ByteBuffer(string: "what another response left")
        ResponseBytes.write(response, date: Array("DATE".utf8), isHead: isHead, persistence, to: &bytes)
        return String(buffer: bytes)
    }

    private static let ok = EndpointResponse(
        status: 200, headers: ["Allow": "GET"], contentType: "text/plain", body: Array("body".utf8))

    @Test("are a head and a body")
    func whole() {
        #expect(
            Self.text(Self.ok)
                == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\nDate: DATE\r\nAllow: GET\r\n\r\nbody"
        )
    }

    @Test("A response to HEAD has Content-Length and no body")
    func head() {
        #expect(Self.text(Self.ok, isHead: true).hasSuffix("Content-Length: 4\r\nDate: DATE\r\nAllow: GET\r\n\r\n"))
    }

    @Test(
        "The Connection field is sent unless it states the version's default",
        arguments: [
            (.keepAlive, nil), (.keepAliveHTTP10, "\r\nConnection: keep-alive\r\n\r\n"),
            (.close, "\r\nConnection: close\r\n\r\n"),
        ] as [(ResponseBytes.Persistence, String?)])
    func persistence(_ persistence: ResponseBytes.Persistence, _ line: String?) {
        let text = Self.text(Self.ok, persistence)
        if let line { #expect(text.contains(line)) } else { #expect(!text.contains("Connection")) }
    }

    @Test("A length is written in decimal", arguments: [0, 9, 10, 100, 12_345])
    func length(_ length: Int) {
        let response = EndpointResponse(
            status: 404, contentType: "a/b", body: [UInt8](repeating: UInt8(ascii: "x"), count: length))
        let text = Self.text(response)
        #expect(text.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        #expect(text.contains("\r\nContent-Length: \(length)\r\n"))
        #expect(text.hasSuffix("\r\n\r\n" + String(repeating: "x", count: length)))
    }
}
