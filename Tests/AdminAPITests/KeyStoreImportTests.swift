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
