import Testing

@testable import HTTP

@Suite("Descriptor limit and processor count")
struct DescriptorLimitTests {
    @Test("The connection limit leaves a reserve of descriptors", arguments: [(1024, 896), (129, 1), (128, 1), (0, 1)])
    func reserve(_ descriptors: Int, _ connections: Int) {
        #expect(DescriptorLimit.connections(fitting: descriptors) == connections)
    }

    @Test("The soft limit is raised to the hard one")
    func raise() throws {
        let before = try #require(DescriptorLimit.current)
        let raised = try #require(DescriptorLimit.raise())
        #expect(raised.hard == before.hard)
        #expect(raised.soft == raised.hard || raised.soft == before.soft)
        #expect(DescriptorLimit.current == raised)
    }

    @Test(
        "Allowed processors are counted from the bits of the mask",
        arguments: [
            ("Name:\tx\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\n", 2), ("Cpus_allowed:\tff,ffffffff\n", 40),
            ("Cpus_allowed:\t00000000,00000008\n", 1), ("Cpus_allowed:\t0\n", nil), ("Name:\tx\n", nil),
        ] as [(String, Int?)])
    func processors(_ status: String, _ count: Int?) {
        #expect(EventLoops.allowedProcessors(in: status) == count)
    }
}
