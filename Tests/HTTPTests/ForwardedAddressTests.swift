import Testing

@testable import HTTP

@Suite("The address in X-Forwarded-For")
struct ForwardedAddressTests {
    @Test(
        "is the last one, also with a port",
        arguments: [
            ("198.41.0.4", "198.41.0.4"), ("10.0.0.1, 198.41.0.4", "198.41.0.4"), ("x,198.41.0.4 ", "198.41.0.4"),
            ("\t198.41.0.4:50123", "198.41.0.4"), ("198.41.0.4:0", "198.41.0.4"), ("2001:DB8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"), ("198.41.0.4, [2001:db8::1]:443", "2001:db8::1"),
            ("::ffff:198.41.0.4", "::ffff:198.41.0.4"),
        ])
    func last(_ header: String, _ expected: String) {
        #expect(ForwardedAddress.last(in: header) == expected)
    }

    @Test(
        "is nothing else, so that the connection's address counts",
        arguments: [
            "", " ", "unknown", "_hidden", "198.41.0.4,", "198.41.0.4, unknown", "198.41.0.4:x", "198.41.0.4:99999",
            "198.41.0.4:-1", "198.41.0.4:80:80", "[2001:db8::1", "[2001:db8::1]x", "[198.41.0.4", "2001:db8::1]:80",
            ":80",
            "[]", "127.1", "198.41.0.4.:80", "198.41.0.4;x",
        ])
    func none(_ header: String) {
        #expect(ForwardedAddress.last(in: header) == nil)
    }
}
