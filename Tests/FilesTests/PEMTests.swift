import Files
import Testing

@Suite("PEM: blocks are found anywhere in a text (RFC 7468 §2)")
struct PEMTests {
    /// The decoded content of `one`.
    private static let content = Array("a key, or a certificate; it is all the same to PEM.".utf8)
    private static let one = """
        -----BEGIN X-----
        YSBrZXksIG9yIGEgY2VydGlmaWNhdGU7IGl0IGlz
        IGFsbCB0aGUgc2FtZSB0byBQRU0u
        -----END X-----
        """

    private static func blocks(_ text: String) -> [PEMBlock] { PEMBlock.all(in: Array(text.utf8)) }

    static let variants: [(name: String, text: String)] = [
        ("unchanged", one), ("with CR LF", one.replacing("\n", with: "\r\n")),
        ("with CR", one.replacing("\n", with: "\r")),
        ("without line ends", one.replacing("\n", with: "")),
        ("with blanks for line ends", one.replacing("\n", with: " ")),
        ("with escaped line ends", #"{"key":"\#(one.replacing("\n", with: #"\n"#))\n"}"#),
        ("with escaped CR LF", one.replacing("\n", with: #"\r\n"#)),
        ("with empty lines", one.replacing("\n", with: "\n\n")),
        ("indented", one.replacing("\n", with: "\n\t  ")),
        ("with blanks at the ends of lines", one.replacing("\n", with: "  \n")),
        ("after a byte order mark", "\u{FEFF}" + one),
        ("after a line of text", "This is it:\n" + one + "\nThat was it."),
        ("after text on its line", "key = '" + one + "'"),
        ("with attributes", "Bag Attributes\n    friendlyName: a\nKey Attributes: <No Attributes>\n" + one),
        ("with header lines", one.replacing("X-----\nY", with: "X-----\nComment: a\nSubject: b\n\nY")),
        ("with more dashes", "--" + one + "---"),
        ("with a single long line", one.replacing("z\nI", with: "zI")),
    ]

    @Test("One block", arguments: variants.indices)
    func oneBlock(_ index: Int) {
        let blocks = Self.blocks(Self.variants[index].text)
        #expect(blocks.map(\.label) == ["X"], "\(Self.variants[index].name)")
        #expect(blocks.map(\.content) == [.der(Self.content)], "\(Self.variants[index].name)")
    }

    @Test(
        "Several blocks, also without a line end between them",
        arguments: ["\n", "", "\r\n\r\n", "\ntext: -----\n", "\u{FEFF}"])
    func several(_ between: String) {
        let blocks = Self.blocks(Self.one + between + Self.one.replacing(" X-", with: " Y Z-") + between + Self.one)
        #expect(blocks.map(\.label) == ["X", "Y Z", "X"])
        #expect(blocks.allSatisfy { $0.content == .der(Self.content) })
    }

    static let unreadable: [(text: String, label: String, problem: String)] = [
        ("-----BEGIN X-----\nYQ==\n", "X", "does not end"),
        ("-----BEGIN X-----\nYQ==\n-----BEGIN X-----\n", "X", "does not end"),
        ("-----BEGIN X-----\nYQ==\n-----END Y-----\n", "X", "ends as 'Y'"),
        ("-----BEGIN X-----\n?\n-----END X-----\n", "X", "is not base64"),
        ("-----BEGIN X-----\n-----END X-----\n", "X", "is not base64"),
        ("-----BEGIN X-----\nYQ\n-----END X-----\n", "X", "is not base64"),
        ("-----BEGIN A KEY----\nYQ==\n-----END A KEY-----", "A KEY", "five dashes"),
        ("-----BEGIN A KEY-----\nYQ==\n----END A KEY----", "A KEY", "five dashes"),
        ("---- BEGIN SSH2 PUBLIC KEY ----\nYQ==\n---- END SSH2 PUBLIC KEY ----", "SSH2 PUBLIC KEY", "five dashes"),
        ("-----BEGIN CERTIFICATE\nYQ==\n", "CERTIFICATE", "five dashes"),
    ]

    @Test("An unreadable block is reported", arguments: unreadable.indices)
    func named(_ index: Int) {
        let example = Self.unreadable[index]
        let block = Self.blocks(example.text).first
        #expect(block?.label == example.label)
        guard case .unreadable(let problem)? = block?.content else {
            Issue.record("\(String(describing: block)) is readable")
            return
        }
        #expect(problem.contains(example.problem), "\(problem)")
        // It does not hide a later block.
        #expect(Self.blocks(example.text + "\n" + Self.one).last?.content == .der(Self.content))
    }

    @Test(
        "An ENCRYPTED header is recognised with any line ends, or none (RFC 1421 §4.6.1.1)",
        arguments: ["\n", "\r", "", " "])
    func encrypted(_ end: String) {
        let text = [
            "-----BEGIN RSA PRIVATE KEY-----", "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,00", "", "YQ==",
            "-----END RSA PRIVATE KEY-----",
        ].joined(separator: end)
        #expect(Self.blocks(text).map(\.content) == [.encrypted])
        #expect(Self.blocks(text).allSatisfy { $0.isLabelledPrivate })
    }

    @Test(
        "Text that resembles a boundary is not a block",
        arguments: ["", "-----", "-----BEGIN", "BEGIN X", "-- BEGIN of it --", "-----END X-----"])
    func text(_ text: String) {
        #expect(Self.blocks(text).isEmpty)
        #expect(Self.blocks(text + "\n" + Self.one).map(\.content) == [.der(Self.content)])
    }

    @Test("Long inputs of every shape are parsed without recursion")
    func long() {
        let length = 400_000
        #expect(Self.blocks(String(repeating: "-", count: length)).isEmpty)
        #expect(Self.blocks(String(repeating: "\n", count: length)).isEmpty)
        #expect(Self.blocks(String(repeating: "-----BEGIN X-----\n", count: 20_000)).count == 20_000)
        #expect(Self.blocks(String(repeating: "-----END X-----\n", count: 20_000)).isEmpty)
        #expect(Self.blocks("-----BEGIN " + String(repeating: "A", count: length)).isEmpty)
        #expect(Self.blocks(String(repeating: Self.one, count: 2_000)).count == 2_000)
        let header = String(repeating: "a: b\n", count: 80_000)
        #expect(Self.blocks("-----BEGIN X-----\n\(header)YQ==\n-----END X-----").map(\.content) == [.der([0x61])])
        let endless = String(repeating: "YWFh", count: 100_000)
        #expect(Self.blocks("-----BEGIN X-----" + endless + "-----END X-----").count == 1)
    }

    @Test("Certificates and the private key are extracted from a file with both")
    func wanted() throws {
        func labelled(_ label: String) -> [UInt8] { Array((Self.one.replacing(" X-", with: " \(label)-") + "\n").utf8) }
        let both =
            labelled("CERTIFICATE") + labelled("EC PARAMETERS") + labelled("EC PRIVATE KEY") + labelled("CERTIFICATE")
        #expect(try PEMBlock.certificates(in: both) == [Self.content, Self.content])
        #expect(try PEMBlock.privateKey(in: both) == Self.content)
        for (bytes, clause) in [
            (labelled("CERTIFICATE"), "no private key"), (both + labelled("PRIVATE KEY"), "2 private keys"),
            (labelled("ENCRYPTED PRIVATE KEY"), "has a password"),
            (labelled("OPENSSH PRIVATE KEY"), "an OpenSSH private key"),
            (Array("-----BEGIN PRIVATE KEY-----".utf8), "does not end"),
        ] {
            let problem = #expect(throws: PEMProblem.self) { try PEMBlock.privateKey(in: bytes) }
            #expect(problem?.clause.contains(clause) == true, "\(problem?.clause ?? "")")
        }
        #expect(throws: PEMProblem("it contains no certificate in PEM")) {
            try PEMBlock.certificates(in: labelled("PRIVATE KEY"))
        }
    }
}
