import Administration
import Foundation
import TestSupport
import Testing

@testable import AdminAPI

@Suite("Importing certificates through the admin API")
struct KeyStoreImportTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("CountersignKeyFilesTests/Fixtures")

    /// A body that imports certificates by their aliases.
    private static func body(_ files: [(alias: String, name: String)], isDryRun: Bool) throws -> String {
        let certificates = try files.map { alias, name -> JSONObject in
            let pem = try String(
                contentsOf: fixtures.appendingPathComponent("\(name).certificate.pem"), encoding: .utf8)
            return ["alias": .string(alias), "pem": .string(pem)]
        }
        let object: JSONObject = [
            "certificates": .array(certificates), "replace": .boolean(true), "dry_run": .boolean(isDryRun),
        ]
        return object.render()
    }

    private func thumbprints(_ bench: AdminBench) async throws -> [String: String] {
        let entries = try await bench.store.keyStore.entries()
        return Dictionary(
            uniqueKeysWithValues: entries.map { ($0.alias.text, $0.certificate.facts.thumbprintSHA256.text) })
    }

    @Test("Entries are found by text, validity and use, in pages, the next to expire first")
    func filters() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        try await bench.store.clients.add(
            ClientRecord(id: ClientID("find2"), name: "", createdAt: TestClock.start), keys: [])
        let body = try Self.body((0..<5).map { ("find\($0)", $0 == 4 ? "prime256v1" : "rsa") }, isDryRun: false)
        #expect(await bench.call("POST", "/keystore", token: token, body).status == 200)
        func aliases(_ query: String) async -> [String?] {
            await bench.call("GET", "/keystore", query: query, token: token).objects("items").map {
                $0.string("alias")?.text
            }
        }
        let all = try await bench.store.keyStore.search(KeyStoreFilter(), at: .first, limit: 9, now: .now)
            .items.map(\.alias.text)
        #expect(await aliases("search=FIND") == all && all.count == 5)
        #expect(await aliases("search=find&in_force=true") == ["find2"])
        #expect(await aliases("in_force=false&search=find3") == ["find3"])
        #expect(await aliases("validity=expired") == [])
        let fingerprint = try #require(try await bench.store.keyStore.entry("find4")).certificate.facts.fingerprint
        #expect(await aliases("search=" + fingerprint.replacing(":", with: "%3A").lowercased()) == ["find4"])
        let first = await bench.call("GET", "/keystore", query: "in_force=false&limit=3", token: token)
        #expect(first.objects("items").count == 3)
        #expect(first.object["count"]?.render() == "4" && first.object["more"] == .boolean(false))
        let next = try #require(first["next"]?.split(separator: "?").last.map(String.init))
        let second = await bench.call("GET", "/keystore", query: next, token: token)
        #expect(second.objects("items").count == 1 && second.object["next"] == .null)
        for wrong in ["in_force=yes", "validity=x", "use=x"] {
            #expect(await bench.call("GET", "/keystore", query: wrong, token: token).status == 400)
        }
    }

    @Test("Resources are found by a part of the URI or the name")
    func resources() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        for name in ["Invoices", "Orders"] {
            try await bench.store.resources.add(
                ResourceRecord(uri: "https://\(name.lowercased()).example", name: "\(name) API", createdAt: .now))
        }
        func uris(_ query: String) async -> [String?] {
            await bench.call("GET", "/resources", query: query, token: token).objects("items").map {
                $0.string("resource")?.text
            }
        }
        #expect(await uris("search=ORDERS%20api") == ["https://orders.example"])
        #expect(await uris("search=.example") == ["https://invoices.example", "https://orders.example"])
        #expect(await uris("search=%25") == [])
        let first = await bench.call("GET", "/resources", query: "search=api&limit=1", token: token)
        let next = try #require(first["next"]?.split(separator: "?").last.map(String.init))
        #expect(await uris(next) == ["https://orders.example"])
    }

    @Test("RFC 9110 §13.1.1: an import with the tag of its plan does what was planned, or nothing at all")
    func planned() async throws {
        let bench = try await AdminBench()
        let token = try await bench.token()
        func send(
            _ files: [(alias: String, name: String)], isDryRun: Bool = false, tag: String? = nil
        ) async throws -> Answer {
            await bench.call("POST", "/keystore", token: token, tag: tag, try Self.body(files, isDryRun: isDryRun))
        }
        let wanted = [(alias: "billing", name: "rsa"), (alias: "shop", name: "rsa")]
        let plan = try await send(wanted, isDryRun: true)
        let tag = try #require(plan.tag)
        #expect(plan.status == 200 && plan.object["changed"] == .boolean(false))
        #expect(try await send(wanted, isDryRun: true).tag == tag)
        // Another operator imports another certificate for one of the aliases.
        #expect(try await send([(alias: "shop", name: "prime256v1")]).status == 200)
        let before = try await thumbprints(bench)
        let late = try await send(wanted, tag: tag)
        #expect(late.status == 412 && late.code == "precondition_failed" && late["etag"] == late.tag && late.tag != tag)
        #expect(late["detail"]?.hasPrefix("Nothing was changed: the key store has changed") == true)
        #expect(try await thumbprints(bench) == before && before.count == 1)
        for wrong in ["", "x", "\"a\" \"b\""] {
            #expect(try await send(wanted, tag: wrong).code == "invalid_request", "\(wrong)")
        }
        let current = try await send(wanted, isDryRun: true)
        let again = try await send(wanted, tag: current.tag)
        #expect(again.status == 200 && again.object["changed"] == .boolean(true))
        let after = try await thumbprints(bench)
        #expect(after.count == 2 && after["billing"] == after["shop"] && after["shop"] != before["shop"])
        // Without a condition it is an import like any other.
        #expect(try await send([(alias: "shop", name: "prime256v1")], tag: "*").status == 200)
    }

    @Test("A plan that is carried out after the key store has changed changes nothing")
    func stale() async throws {
        let bench = try await AdminBench()
        func plan(_ name: String) async throws -> KeyStoreImport {
            let bytes = try Data(contentsOf: Self.fixtures.appendingPathComponent("\(name).certificate.pem"))
            let file = try await CertificateFile.read([UInt8](bytes), name: "file", password: nil)
            return try await KeyStoreImport(
                file, alias: "shop", replaces: true, into: bench.store, at: bench.clock.now)
        }
        let (first, second) = (try await plan("rsa"), try await plan("prime256v1"))
        try await second.commit(to: bench.store)
        let before = try await thumbprints(bench)
        await #expect(throws: StoreError.changed) { try await first.commit(to: bench.store) }
        #expect(try await thumbprints(bench) == before)
    }
}
