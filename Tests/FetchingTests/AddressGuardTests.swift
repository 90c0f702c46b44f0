import Fetching
import Testing

@Suite("Addresses that a fetch may reach")
struct AddressGuardTests {
    /// A block of the IANA registries: its first and last address, and the neighbours on both sides (`nil` purpose: public).
    struct Example: Sendable, CustomTestStringConvertible {
        let first: String
        let last: String
        let purpose: SpecialPurpose
        var before: (String, SpecialPurpose?)?
        var after: (String, SpecialPurpose?)?
        var testDescription: String { "\(first) to \(last)" }
    }

    static let blocks4: [Example] = [
        .init(first: "0.0.0.0", last: "0.255.255.255", purpose: .unspecified, after: ("1.0.0.0", nil)),
        .init(
            first: "10.0.0.0", last: "10.255.255.255", purpose: .privateUse, before: ("9.255.255.255", nil),
            after: ("11.0.0.0", nil)),
        .init(
            first: "100.64.0.0", last: "100.127.255.255", purpose: .carrierGradeNAT, before: ("100.63.255.255", nil),
            after: ("100.128.0.0", nil)),
        .init(
            first: "100.100.100.200", last: "100.100.100.200", purpose: .cloudMetadata,
            before: ("100.100.100.199", .carrierGradeNAT), after: ("100.100.100.201", .carrierGradeNAT)),
        .init(
            first: "127.0.0.0", last: "127.255.255.255", purpose: .loopback, before: ("126.255.255.255", nil),
            after: ("128.0.0.0", nil)),
        .init(
            first: "168.63.129.16", last: "168.63.129.16", purpose: .cloudMetadata, before: ("168.63.129.15", nil),
            after: ("168.63.129.17", nil)),
        .init(
            first: "169.254.0.0", last: "169.254.169.253", purpose: .linkLocal, before: ("169.253.255.255", nil),
            after: ("169.254.169.254", .cloudMetadata)),
        .init(
            first: "169.254.169.255", last: "169.254.255.255", purpose: .linkLocal,
            before: ("169.254.169.254", .cloudMetadata), after: ("169.255.0.0", nil)),
        .init(
            first: "169.254.170.2", last: "169.254.170.2", purpose: .cloudMetadata,
            before: ("169.254.170.1", .linkLocal), after: ("169.254.170.3", .linkLocal)),
        .init(
            first: "169.254.170.23", last: "169.254.170.23", purpose: .cloudMetadata,
            before: ("169.254.170.22", .linkLocal), after: ("169.254.170.24", .linkLocal)),
        .init(
            first: "169.254.0.23", last: "169.254.0.23", purpose: .cloudMetadata,
            before: ("169.254.0.22", .linkLocal), after: ("169.254.0.24", .linkLocal)),
        .init(
            first: "169.254.42.42", last: "169.254.42.42", purpose: .cloudMetadata,
            before: ("169.254.42.41", .linkLocal), after: ("169.254.42.43", .linkLocal)),
        .init(
            first: "172.16.0.0", last: "172.31.255.255", purpose: .privateUse, before: ("172.15.255.255", nil),
            after: ("172.32.0.0", nil)),
        .init(
            first: "192.0.0.0", last: "192.0.0.255", purpose: .protocolAssignment, before: ("191.255.255.255", nil),
            after: ("192.0.1.0", nil)),
        .init(
            first: "192.0.0.192", last: "192.0.0.192", purpose: .cloudMetadata,
            before: ("192.0.0.191", .protocolAssignment), after: ("192.0.0.193", .protocolAssignment)),
        .init(
            first: "192.0.2.0", last: "192.0.2.255", purpose: .documentation, before: ("192.0.1.255", nil),
            after: ("192.0.3.0", nil)),
        .init(
            first: "192.31.196.0", last: "192.31.196.255", purpose: .protocolAssignment,
            before: ("192.31.195.255", nil), after: ("192.31.197.0", nil)),
        .init(
            first: "192.52.193.0", last: "192.52.193.255", purpose: .protocolAssignment,
            before: ("192.52.192.255", nil), after: ("192.52.194.0", nil)),
        .init(
            first: "192.88.99.0", last: "192.88.99.255", purpose: .protocolAssignment, before: ("192.88.98.255", nil),
            after: ("192.88.100.0", nil)),
        .init(
            first: "192.168.0.0", last: "192.168.255.255", purpose: .privateUse, before: ("192.167.255.255", nil),
            after: ("192.169.0.0", nil)),
        .init(
            first: "192.175.48.0", last: "192.175.48.255", purpose: .protocolAssignment,
            before: ("192.175.47.255", nil), after: ("192.175.49.0", nil)),
        .init(
            first: "198.18.0.0", last: "198.19.255.255", purpose: .benchmarking, before: ("198.17.255.255", nil),
            after: ("198.20.0.0", nil)),
        .init(
            first: "198.51.100.0", last: "198.51.100.255", purpose: .documentation, before: ("198.51.99.255", nil),
            after: ("198.51.101.0", nil)),
        .init(
            first: "203.0.113.0", last: "203.0.113.255", purpose: .documentation, before: ("203.0.112.255", nil),
            after: ("203.0.114.0", nil)),
        .init(
            first: "224.0.0.0", last: "239.255.255.255", purpose: .multicast, before: ("223.255.255.255", nil),
            after: ("240.0.0.0", .reserved)),
        .init(
            first: "240.0.0.0", last: "255.255.255.254", purpose: .reserved, after: ("255.255.255.255", .broadcast)),
    ]

    static let blocks6: [Example] = [
        .init(first: "::", last: "::", purpose: .unspecified, after: ("::1", .loopback)),
        .init(first: "::1", last: "::1", purpose: .loopback, after: ("::2", .translated)),
        .init(first: "::2", last: "::ffff:ffff", purpose: .translated, after: ("::1:0:0", .reserved)),
        .init(
            first: "64:ff9b:1::", last: "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", purpose: .translated,
            before: ("64:ff9b:0:ffff:ffff:ffff:ffff:ffff", .reserved), after: ("64:ff9b:2::", .reserved)),
        .init(first: "100::", last: "100::ffff:ffff:ffff:ffff", purpose: .discard, before: ("ff::", .reserved)),
        .init(
            first: "100:0:0:1::", last: "100:0:0:1:ffff:ffff:ffff:ffff", purpose: .discard,
            after: ("100:0:0:2::", .reserved)),
        .init(
            first: "2001::", last: "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .translated,
            before: ("2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil), after: ("2001:1::", .protocolAssignment)),
        .init(
            first: "2001:2::", last: "2001:2:0:ffff:ffff:ffff:ffff:ffff", purpose: .benchmarking,
            before: ("2001:1:ffff:ffff:ffff:ffff:ffff:ffff", .protocolAssignment),
            after: ("2001:2:1::", .protocolAssignment)),
        .init(
            first: "2001:3::", last: "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .protocolAssignment,
            after: ("2001:200::", nil)),
        .init(
            first: "2001:db8::", last: "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .documentation,
            before: ("2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", nil), after: ("2001:db9::", nil)),
        .init(
            first: "2002::", last: "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .translated,
            before: ("2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil), after: ("2003::", nil)),
        .init(
            first: "2620:4f:8000::", last: "2620:4f:8000:ffff:ffff:ffff:ffff:ffff", purpose: .protocolAssignment,
            before: ("2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", nil), after: ("2620:4f:8001::", nil)),
        .init(
            first: "3fff::", last: "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .documentation,
            before: ("3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil), after: ("3fff:1000::", nil)),
        .init(
            first: "4000::", last: "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .reserved,
            before: ("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil), after: ("fc00::", .uniqueLocal)),
        .init(first: "5f00::", last: "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .reserved),
        .init(
            first: "fc00::", last: "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .uniqueLocal,
            after: ("fe00::", .reserved)),
        .init(
            first: "fd00:ec2::", last: "fd00:ec2:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .cloudMetadata,
            before: ("fd00:ec1:ffff:ffff:ffff:ffff:ffff:ffff", .uniqueLocal), after: ("fd00:ec3::", .uniqueLocal)),
        .init(
            first: "fd00:c1::a9fe:a9fe", last: "fd00:c1::a9fe:a9fe", purpose: .cloudMetadata,
            before: ("fd00:c1::a9fe:a9fd", .uniqueLocal), after: ("fd00:c1::a9fe:a9ff", .uniqueLocal)),
        .init(
            first: "fd00:42::42", last: "fd00:42::42", purpose: .cloudMetadata,
            before: ("fd00:42::41", .uniqueLocal), after: ("fd00:42::43", .uniqueLocal)),
        .init(
            first: "fd00:a9fe:a9fe::1", last: "fd00:a9fe:a9fe::1", purpose: .cloudMetadata,
            before: ("fd00:a9fe:a9fe::", .uniqueLocal), after: ("fd00:a9fe:a9fe::2", .uniqueLocal)),
        .init(
            first: "fd00:100::100:200", last: "fd00:100::100:200", purpose: .cloudMetadata,
            before: ("fd00:100::100:1ff", .uniqueLocal), after: ("fd00:100::100:201", .uniqueLocal)),
        .init(
            first: "fd20:ce::254", last: "fd20:ce::254", purpose: .cloudMetadata,
            before: ("fd20:ce::253", .uniqueLocal), after: ("fd20:ce::255", .uniqueLocal)),
        .init(
            first: "fe80::", last: "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .linkLocal,
            before: ("fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", .reserved), after: ("fec0::", .siteLocal)),
        .init(
            first: "fec0::", last: "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .siteLocal,
            after: ("ff00::", .multicast)),
        .init(first: "ff00::", last: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", purpose: .multicast),
    ]

    @Test("A block is recognised from its first to its last address, and not beyond", arguments: blocks4 + blocks6)
    func block(_ example: Example) throws {
        for (text, purpose) in [(example.first, example.purpose), (example.last, example.purpose)]
            + [example.before, example.after].compactMap({ $0 })
        {
            let address = try #require(IPAddress(text))
            #expect(AddressGuard.purpose(of: address) == purpose, "\(text)")
            #expect(AddressGuard.isPublic(address) == (purpose == nil), "\(text)")
        }
    }

    @Test(
        "An IPv4 address embedded in an IPv6 address is classified like the IPv4 address, in any notation",
        arguments: ["::ffff:", "64:ff9b::", "0:0:0:0:0:FFFF:"])
    func embedded(_ prefix: String) throws {
        for (inner, purpose) in [
            ("127.0.0.1", .loopback), ("10.1.2.3", .privateUse), ("169.254.169.254", .cloudMetadata),
            ("7f00:1", .loopback), ("a9fe:a9fe", .cloudMetadata), ("8.8.8.8", nil), ("808:808", nil),
        ] as [(String, SpecialPurpose?)] {
            let address = try #require(IPAddress(prefix + inner))
            #expect(AddressGuard.purpose(of: address) == purpose, "\(prefix)\(inner)")
        }
    }

    @Test(
        "Public addresses are allowed",
        arguments: ["1.1.1.1", "8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e"])
    func publicOnes(_ text: String) throws {
        #expect(AddressGuard.isPublic(try #require(IPAddress(text))))
    }
}

@Suite("IP addresses as text")
struct IPAddressTests {
    @Test(
        "Non-standard notations are refused",
        arguments: [
            "", "1", "127.1", "127.0.1", "0x7f.0.0.1", "0x7f000001", "2130706433", "017.0.0.1", "127.0.0.01",
            "1.2.3.256",
            "1.2.3.4.5", "1.2.3.", ".1.2.3", "1.2.3.4 ", "+1.2.3.4", "1.2.3.4\u{0}", "١.2.3.4", "::1%lo", "[::1]",
            "::1::",
            ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "g::", "::127.1", "::12345",
        ])
    func refused(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "An address is written in its shortest form (RFC 5952)",
        arguments: [
            ("127.0.0.1", "127.0.0.1"), ("255.255.255.255", "255.255.255.255"), ("::", "::"), ("::1", "::1"),
            ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("fe80:0:0:0:0:0:0:0", "fe80::"),
            ("::ffff:1.2.3.4", "::ffff:102:304"),
        ])
    func written(_ text: String, _ expected: String) throws {
        #expect(try #require(IPAddress(text)).text == expected)
    }
}
