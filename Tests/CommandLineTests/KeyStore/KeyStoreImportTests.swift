import Countersign
import Store
import Testing

@testable import Administration
@testable import CLI

@Suite("Planning an import into the key store")
struct KeyStoreImportTests {
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var file = ["billing"]
        var isFromJava = true
        var alias: String?
        var clients: [String] = []
        var existing: [KeyStoreEntry] = []
        var replaces = false
        let becomes: [(String, KeyStoreImport.Outcome)]
    }

    static let examples: [Example] = [
        Example(testDescription: "an alias that no client has is kept", becomes: [("billing", .added)]),
        Example(
            testDescription: "a client's ID is kept, byte for byte", clients: ["billing", "Billing"],
            becomes: [("billing", .added)]),
        Example(
            testDescription: "the lower-case form of one client's ID is kept", clients: ["Billing"],
            becomes: [("billing", .added)]),
        Example(
            testDescription: "the lower-case form of two clients' IDs is kept", clients: ["Billing", "BILLING"],
            becomes: [("billing", .added)]),
        Example(
            testDescription: "two entries that differ in case are both kept", file: ["billing", "BILLING"],
            clients: ["Billing"], becomes: [("billing", .added), ("BILLING", .added)]),
        Example(
            testDescription: "equivalent code points are different", file: ["cafe\u{301}"], clients: ["caf\u{E9}"],
            becomes: [("cafe\u{301}", .added)]),
        Example(
            testDescription: "--alias selects one of several entries", file: ["billing", "shipping"], alias: "shipping",
            becomes: [("shipping", .added)]),
        Example(
            testDescription: "--alias selects the entry that keytool made lower case", file: ["billing", "shipping"],
            alias: "Shipping", becomes: [("Shipping", .added)]),
        Example(testDescription: "--alias renames the only entry", alias: "else", becomes: [("else", .added)]),
        Example(
            testDescription: "the same certificate again changes nothing",
            existing: [Samples.entry("billing", isFromJava: true)], becomes: [("billing", .unchanged)]),
        Example(
            testDescription: "an entry of unknown origin is marked as one from Java",
            existing: [Samples.entry("billing")],
            becomes: [("billing", .markedAsJava)]),
        Example(
            testDescription: "an entry from another source changes nothing", isFromJava: false,
            existing: [Samples.entry("billing")], becomes: [("billing", .unchanged)]),
        Example(
            testDescription: "an entry from another source does not change one from Java", isFromJava: false,
            existing: [Samples.entry("billing", isFromJava: true)], becomes: [("billing", .unchanged)]),
        Example(
            testDescription: "the client that has the alias itself is not mistaken for another",
            clients: ["Billing", "billing"], existing: [Samples.entry("Billing")], becomes: [("billing", .added)]),
        Example(
            testDescription: "the same certificate for a client in capitals changes nothing", clients: ["Billing"],
            existing: [Samples.entry("Billing")], becomes: [("Billing", .unchanged)]),
        Example(
            testDescription: "another certificate is a conflict", existing: [Samples.entry("billing", 2)],
            becomes: [("billing", .conflict)]),
        Example(
            testDescription: "another certificate is replaced on request", existing: [Samples.entry("billing", 2)],
            replaces: true, becomes: [("billing", .replaced)]),
        Example(
            testDescription: "an invalid alias is skipped", file: ["a\u{7}", "b"],
            becomes: [("a\u{7}", .skipped), ("b", .added)]),
    ]

    @Test("Each entry gets an alias and a result", arguments: examples)
    func outcome(_ example: Example) throws {
        let plan = try KeyStoreImport(
            Samples.file(example.file, isFromJava: example.isFromJava), alias: example.alias,
            replaces: example.replaces, existing: example.existing,
            clients: ClientIDIndex(example.clients.map { (ClientID($0), .none) }), at: Samples.now)
        #expect(plan.rows.map(\.alias) == example.becomes.map { ExactString($0.0) })
        #expect(plan.rows.map(\.outcome) == example.becomes.map(\.1))
        #expect(plan.hasConflict == example.becomes.contains { $0.1 == .conflict })
    }

    @Test("A skipped certificate has a reason")
    func reason() {
        #expect(KeyStoreImport.Outcome.skipped.reason == "an alias has 1 to 255 bytes and no control characters")
    }

    @Test("An --alias that matches no entry, or several, lists the entries", arguments: ["none", "Twin"])
    func noSuchEntry(_ alias: String) {
        let error = #expect(throws: KeyStoreFailure.self) {
            _ = try KeyStoreImport(
                Samples.file(["twin", "TWIN", "a"]), alias: alias, replaces: false, existing: [],
                clients: ClientIDIndex([]), at: Samples.now)
        }
        #expect(error?.message == "clients.jks: there is no entry '\(alias)', but twin, TWIN, a.")
    }

    @Test(
        "The plan shows which client an entry serves",
        arguments: [
            (KeySource.none, "serves the client of this ID"),
            (.own, "not in force: the client has keys of its own"),
            (.keySet(url: "https://a.example"), "not in force: the client has a key set at a URL"),
        ])
    func service(_ source: KeySource, _ note: String) throws {
        let plan = try KeyStoreImport(
            Samples.file(["billing"]), alias: nil, replaces: false, existing: [],
            clients: ClientIDIndex([("billing", source)]), at: Samples.now)
        #expect(plan.rows.first?.notes == [note])
    }

    @Test(
        "The plan shows which client an alias from Java will serve",
        arguments: [
            (["Billing"], "serves the client Billing"), (["billing"], "serves the client of this ID"),
            (["Billing", "billing"], "could mean each of the clients Billing, billing, so it serves none"),
            ([], "no client has this ID"),
        ])
    func javaService(_ clients: [String], _ note: String) throws {
        let plan = try KeyStoreImport(
            Samples.file(["billing"]), alias: nil, replaces: false, existing: [],
            clients: ClientIDIndex(clients.map { (ClientID($0), .none) }), at: Samples.now)
        #expect(plan.rows.first?.notes == [note])
        #expect((plan.rows.first?.use == .unused) == clients.isEmpty)
    }

    @Test("A name from --alias is exact, and a replacement takes the Java mark from its own file")
    func exactNames() throws {
        let clients = ClientIDIndex([("Billing", KeySource.none)])
        let named = try KeyStoreImport(
            Samples.file(["billing"]), alias: "BILLING", replaces: false, existing: [], clients: clients,
            at: Samples.now)
        #expect(named.rows.map(\.isFromJava) == [false])
        let renewed = try KeyStoreImport(
            Samples.file(["new"], isFromJava: false), alias: "billing", replaces: true,
            existing: [Samples.entry("billing", 2, isFromJava: true)], clients: clients, at: Samples.now)
        #expect(renewed.rows.map(\.outcome) == [.replaced])
        #expect(renewed.rows.map(\.isFromJava) == [false])
        #expect(renewed.rows.map(\.use.client) == [nil])
        #expect(renewed.rows[0].notes == ["differs in case from the client Billing"])
    }

    @Test(
        "The Java mark depends on the file, the replaced entry and the certificate",
        arguments: [
            (fileIsJava: false, entryIsJava: true, certificate: 2, becomes: false),
            (false, true, 1, true), (false, false, 2, false), (true, false, 2, true), (true, true, 2, true),
            (true, true, 1, true), (true, false, 1, true),
        ] as [(fileIsJava: Bool, entryIsJava: Bool, certificate: UInt8, becomes: Bool)])
    func javaMark(_ example: (fileIsJava: Bool, entryIsJava: Bool, certificate: UInt8, becomes: Bool)) throws {
        let plan = try KeyStoreImport(
            Samples.file(["billing"], isFromJava: example.fileIsJava), alias: "billing", replaces: true,
            existing: [Samples.entry("billing", example.certificate, isFromJava: example.entryIsJava)],
            clients: ClientIDIndex([]), at: Samples.now)
        #expect(plan.rows.map(\.isFromJava) == [example.becomes])
    }

    @Test(
        "A single certificate is named after its file without the extension",
        arguments: [
            ("billing.cer", "billing"), ("certificates/billing.pem", "billing"), ("a.b.crt", "a.b"),
            ("billing", "billing"), (".hidden", ".hidden"), ("dir.d/billing", "billing"),
        ])
    func proposedAlias(_ path: String, _ alias: String) {
        #expect(CertificateFile.proposedAlias(path) == alias)
    }
}
