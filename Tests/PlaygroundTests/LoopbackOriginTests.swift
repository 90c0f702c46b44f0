import HTTP
import Testing

@testable import Playground

@Suite("The playground keeps other websites out")
struct LoopbackOriginTests {
    private let origin = LoopbackOrigin(authority: "127.0.0.1:8710")

    private func status(_ method: String, _ headers: HeaderFields) -> Int? {
        origin.refusal(of: EndpointRequest(method: method, path: "/", headers: headers))?.status
    }

    @Test(
        "A request for another host is refused (DNS rebinding)",
        arguments: [
            "attacker.example:8710", "127.0.0.1", "127.0.0.1:8711", "localhost:8710", "127.0.0.1:8710.attacker.example",
            "",
        ])
    func host(_ host: String) {
        #expect(status("GET", ["Host": host]) == 421)
        #expect(status("POST", ["Host": host, "Origin": "http://127.0.0.1:8710"]) == 421)
    }

    @Test("A request without Host, or with two, is refused")
    func repeatedHost() {
        #expect(status("GET", [:]) == 421)
        #expect(status("GET", ["Host": "127.0.0.1:8710", "host": "attacker.example"]) == 421)
    }

    @Test(
        "A form of another website is refused",
        arguments: ["https://attacker.example", "null", "http://127.0.0.1:9443", "http://127.0.0.1:8710.evil.example"])
    func form(_ other: String) {
        #expect(status("POST", ["Host": "127.0.0.1:8710", "Origin": other]) == 403)
    }

    @Test("A form without Origin is refused, and one of the playground's own pages is not")
    func ownForm() {
        #expect(status("POST", ["Host": "127.0.0.1:8710"]) == 403)
        #expect(status("POST", ["Host": "127.0.0.1:8710", "Origin": "http://127.0.0.1:8710"]) == nil)
        #expect(status("GET", ["Host": "127.0.0.1:8710"]) == nil)
    }
}
