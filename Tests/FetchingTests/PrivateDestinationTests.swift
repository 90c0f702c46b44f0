import Testing

@testable import Fetching

@Suite("Private networks allowed by the operator")
struct PrivateDestinationTests {
    private static func fetcher(
        networks: [String] = [], hosts: [String] = [], _ answers: [String: [[String]]]
    ) throws -> DocumentFetcher {
        var policy = FetchPolicy(timeout: .seconds(300))
        for network in networks { try policy.privateDestinations.allow(try IPNetwork(network)) }
        policy.privateDestinations.hosts = try hosts.map { try HostPattern($0) }
        return DocumentFetcher(policy, resolver: FakeResolver(answers))
    }

    /// Returns why an address of the requested host `keys.internal` is refused, if it is.
    private static func refusal(
        _ address: String, networks: [String] = [], hosts: [String] = [], _ scope: FetchScope = .allowedNetworks
    ) throws -> AddressRefusal? {
        let policy = try fetcher(networks: networks, hosts: hosts, [:]).policy
        return policy.refusal(
            of: try #require(IPAddress(address)), at: try RemoteURL("https://keys.internal/jwks"), scope)
    }

    @Test(
        "are reachable, and no others",
        arguments: [
            ("10.20.0.5", true), ("10.20.255.255", true), ("10.21.0.0", false), ("10.19.255.255", false),
            ("::ffff:10.20.0.5", true), ("64:ff9b::10.20.0.5", true), ("::ffff:10.21.0.5", false),
            ("2002:0a14:0005::", false), ("fd00::1", true), ("fd12:3456::1", true), ("fc00::1", false),
            ("192.168.1.1", false), ("127.0.0.1", false), ("::1", false), ("8.8.8.8", true), ("100.64.0.1", true),
            // Metadata services inside the allowed networks, and addresses that are never allowed.
            ("fd00:ec2::254", false), ("fd20:ce::254", false), ("100.100.100.200", false), ("169.254.169.254", false),
            ("fd00:ec2::23", false), ("fd00:42::42", false), ("fd00:c1::a9fe:a9fe", false),
            ("fd00:a9fe:a9fe::1", false), ("fd00:100::100:200", false), ("64:ff9b::100.100.100.200", false),
            ("::ffff:169.254.169.254", false), ("169.254.1.1", false), ("fe80::1", false), ("224.0.0.1", false),
            ("ff02::1", false), ("0.0.0.0", false), ("::", false),
        ])
    func networks(_ address: String, _ isLetThrough: Bool) throws {
        let refusal = try Self.refusal(address, networks: ["10.20.0.0/16", "fd00::/8", "100.64.0.0/10"])
        #expect((refusal == nil) == isLetThrough)
    }

    @Test(
        "A named host may have private addresses, and no others",
        arguments: [
            ("10.1.2.3", true), ("192.168.1.1", true), ("172.31.0.1", true), ("100.64.0.1", true), ("fd12::1", true),
            ("127.0.0.1", false), ("::1", false), ("169.254.169.254", false), ("fd00:ec2::254", false),
            ("100.100.100.200", false), ("fe80::1", false), ("224.0.0.1", false), ("0.0.0.0", false),
            ("::ffff:127.0.0.1", false), ("::ffff:0:127.0.0.1", false), ("2002:7f00:1::", false), ("240.0.0.1", false),
            ("198.18.0.1", false), ("192.0.2.1", false), ("2001:db8::1", false), ("fec0::1", false),
            ("fd00:ec2::23", false), ("fd00:42::42", false),
        ])
    func hosts(_ address: String, _ isLetThrough: Bool) throws {
        #expect((try Self.refusal(address, hosts: ["keys.internal"]) == nil) == isLetThrough)
        #expect((try Self.refusal(address, hosts: ["*.internal"]) == nil) == isLetThrough)
        #expect(try Self.refusal(address, hosts: ["other.internal", "*.keys.internal"]) != nil)
    }

    @Test("are not reachable for URL clients, or through redirects from public servers")
    func strangers() throws {
        #expect(
            try Self.refusal("10.20.0.5", networks: ["10.20.0.0/16"], hosts: ["keys.internal"], .publicAddresses)
                == .unregistered(.privateUse))
        #expect(
            try Self.refusal("10.20.0.5", networks: ["10.20.0.0/16"], .redirectedFromPublic)
                == .redirectedFromPublic(.privateUse))
        for scope in [FetchScope.publicAddresses, .redirectedFromPublic] {
            #expect(try Self.refusal("8.8.8.8", scope) == nil)
            #expect(try Self.refusal("169.254.169.254", scope) == .specialPurpose(.cloudMetadata))
        }
    }

    @Test("A refusal names the setting that would allow the address, if there is one")
    func remedy() async throws {
        for (address, part) in [
            ("10.1.2.3", "'allowed_networks' or the host in 'allowed_hosts' under [remote_keys]"),
            ("127.0.0.1", "'allow_http_loopback = true' under [remote_keys]"),
            ("169.254.169.254", "no setting allows it"), ("240.0.0.1", "no setting allows it"),
            ("192.0.2.1", "no setting allows it"), ("fec0::1", "no setting allows it"),
            ("fd00:42::42", "no setting allows it"),
        ] {
            let fetcher = try Self.fetcher(["keys.internal": [[address]]])
            let error = await failure(of: fetcher, try RemoteURL("https://keys.internal/jwks"))
            #expect(
                error?.message(.configuration).contains(part) == true,
                "\(String(describing: error?.message(.configuration)))")
        }
    }

    @Test("The remedy for a URL with a private address does not suggest allowing its host")
    func remedyWithoutName() async throws {
        let error = await failure(of: try Self.fetcher([:]), try RemoteURL("https://10.1.2.3/jwks"))
        #expect(
            error?.message(.configuration)
                == "https://10.1.2.3/jwks is at 10.1.2.3, a private address; "
                + "to allow it, name its network in 'allowed_networks' under [remote_keys].")
    }

    @Test("A private name is never looked up for a URL client or a redirect")
    func names() throws {
        let url = try RemoteURL("https://keys.internal/jwks")
        let policy = try Self.fetcher(hosts: ["*.internal"], [:]).policy
        #expect(policy.refusal(ofName: "keys.internal", at: url, .allowedNetworks) == nil)
        #expect(policy.refusal(ofName: "keys.internal", at: url, .publicAddresses) == .unregistered)
        #expect(policy.refusal(ofName: "keys.internal", at: url, .redirectedFromPublic) == .redirectedFromPublic)
    }

    @Test(
        "An invalid or forbidden network is refused with the reason",
        arguments: [
            ("10.20.0.5/16", "has bits set after the first 16; write 10.20.0.0/16"),
            ("fd00::1/8", "has bits set after the first 8; write fd00::/8"),
            ("10.20.0.5", "has no prefix length; for this address alone write 10.20.0.5/32"),
            ("fd00::5", "has no prefix length; for this address alone write fd00::5/128"),
            ("10.20.0.0/33", "CIDR"), ("10.20.0.0/016", "CIDR"), ("10.20.0.0/", "CIDR"), ("10.20/16", "CIDR"),
            ("10.20.0.0/16/8", "CIDR"), ("keys.internal", "CIDR"), ("", "CIDR"), ("10.20.0.0/-1", "CIDR"),
            ("0.0.0.0/0", "never allowed|not a private network|wider"), ("8.8.8.0/24", "not a private network"),
            ("10.0.0.0/7", "wider than any private network"), ("::/0", "wider than any private network"),
            ("127.0.0.0/8", "allow_http_loopback"), ("::1/128", "allow_http_loopback"),
            ("169.254.0.0/16", "a link-local address, which is never allowed"),
            ("169.254.169.254/32", "metadata service, which is never allowed"),
            ("100.100.100.200/32", "metadata service, which is never allowed"),
            ("fd00:ec2::254/128", "metadata service, which is never allowed"),
            ("224.0.0.0/4", "a multicast address, which is never allowed"),
            ("2002:a14::/32", "stands for an IPv4 address, which is never allowed"),
            ("::ffff:10.20.0.0/112", "stands for an IPv4 network; write 10.20.0.0/16"),
            ("::ffff:10.0.0.0/104", "stands for an IPv4 network; write 10.0.0.0/8"),
            ("64:ff9b::10.0.0.0/104", "write 10.0.0.0/8"), ("::ffff:127.0.0.0/104", "allow_http_loopback"),
            ("::ffff:8.8.8.0/120", "not a private network"), ("::ffff:0:0/96", "wider than any private network"),
            ("fd00:ec2::23/128", "metadata service, which is never allowed"),
            ("fd00:ec2::/32", "metadata service, which is never allowed"),
            ("fd00:42::42/128", "metadata service, which is never allowed"),
            ("169.254.170.2/32", "metadata service, which is never allowed"),
            ("240.0.0.0/4", "is a reserved address, not a private network; name networks inside 10.0.0.0/8"),
            ("198.18.0.0/15", "is an address for benchmarks, not a private network"),
            ("192.0.2.0/24", "is an address for documentation, not a private network"),
            ("2001:db8::/32", "is an address for documentation, not a private network"),
            ("fec0::/10", "is a site-local address, not a private network"),
            ("4000::/8", "is a reserved address, not a private network"),
        ])
    func refused(_ text: String, _ reason: String) throws {
        var message: String?
        do throws(IPNetworkError) {
            let network = try IPNetwork(text)
            do throws(PrivateNetworkError) {
                var destinations = PrivateDestinations()
                try destinations.allow(network)
            } catch {
                message = error.phrase(.configuration)
            }
        } catch {
            message = error.phrase
        }
        let found = try #require(message)
        #expect(reason.split(separator: "|").contains { found.contains($0) }, "\(found)")
    }

    @Test(
        "A host pattern is case-insensitive, and a wildcard matches only subdomains",
        arguments: [
            ("Keys.Internal", "keys.internal", true), ("keys.internal", "a.keys.internal", false),
            ("*.svc.cluster.local", "jwks.billing.svc.cluster.local", true),
            ("*.svc.cluster.local", "svc.cluster.local", false), ("*.internal", "evilinternal", false),
            ("*.internal", "keys.internal.example", false),
        ])
    func pattern(_ pattern: String, _ host: String, _ matches: Bool) throws {
        #expect(try HostPattern(pattern).matches(host) == matches)
    }

    @Test(
        "An invalid host pattern is refused, with the correct form if it is known",
        arguments: [
            ("keys.internal.", "write keys.internal"), ("*.Internal.", "write *.internal"),
            ("10.20.0.5", "write 10.20.0.5/32 in allowed_networks"), ("[fd00::5]", "write fd00::5/128"),
            ("*", "not a host name"), ("https://keys.internal", "not a host name"), ("keys.internal:443", "not a host"),
            ("a.*.internal", "not a host name"), ("", "is empty"), ("127.1", "not a host name"),
            ("[::1]", "is loopback, which allow_http_loopback"),
            ("127.0.0.1", "is loopback, which allow_http_loopback"),
            ("localhost", "is loopback, which allow_http_loopback"), ("*.localhost", "is loopback"),
            ("metadata.google.internal", "cloud's metadata service, which is never allowed"),
            ("169.254.169.254", "metadata service, which is never allowed"), ("8.8.8.8", "is a public address"),
            ("240.0.0.1", "not a private network"), ("[::ffff:10.20.0.5]", "write 10.20.0.5/32 in allowed_networks"),
        ])
    func refusedPattern(_ text: String, _ reason: String) throws {
        let error = #expect(throws: HostPatternError.self) { try HostPattern(text) }
        #expect(error?.phrase(.configuration).contains(reason) == true)
    }
}
