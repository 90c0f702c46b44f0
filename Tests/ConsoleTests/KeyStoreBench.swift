import CountersignKeyFiles
import Foundation
import Server
import Testing

@testable import Console

/// Files of key stores, made by keytool and OpenSSL for the tests of the module that reads them. Their password is `changeit`.
enum KeyStoreSample {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appending(path: "CountersignKeyFilesTests/Fixtures/" + name)))
    }

    /// An entry with a valid certificate and any words.
    static func entry(
        _ alias: String, subject: String = "CN=sample", notAfter: UnixTime = UnixTime(seconds: 4_000_000_000),
        file: String = "rsa.certificate.pem"
    ) throws -> KeyStoreEntry {
        let key = try #require(try KeyFile(try bytes(file), name: "x").keys.first)
        let certificate = try #require(key.certificate)
        let facts = certificate.facts
        return KeyStoreEntry(
            alias: ExactString(alias),
            certificate: KeyCertificate(
                der: certificate.der,
                facts: CertificateFacts(
                    subject: subject, notBefore: facts.notBefore, notAfter: notAfter,
                    thumbprintSHA1: facts.thumbprintSHA1, thumbprintSHA256: facts.thumbprintSHA256)), jwk: key.jwk,
            addedAt: UnixTime(seconds: 1_700_000_000))
    }
}

/// The import page as a browser without scripts uses it.
struct ImportForm {
    static let path = "/keystore/import"

    let bench: ConsoleBench
    let browser: Browser

    init(_ bench: ConsoleBench, as name: String = "ada") async throws {
        self.bench = bench
        browser = try await bench.browser(signedInAs: name)
    }

    /// Opens the page and sends the form with a file.
    func check(
        _ file: [UInt8]?, name: String = "clients.jks", password: String = "", alias: String = "",
        replaces: Bool = false
    ) async -> Browser.Shown {
        let shown = await browser.open("/console" + Self.path)
        return await send(
            shown, [("password", password), ("alias", alias)] + (replaces ? [("replace", "yes")] : []),
            file: (name, file ?? []))
    }

    /// Presses a button of the page that is shown.
    func press(
        _ shown: Browser.Shown, confirms: Bool = true, alias: String = "", replaces: Bool = false
    ) async -> Browser.Shown {
        await send(
            shown,
            [("alias", alias)] + (replaces ? [("replace", "yes")] : []) + (confirms ? [("confirm", "yes")] : []))
    }

    func send(
        _ shown: Browser.Shown, _ fields: [(String, String)], file: (name: String, bytes: [UInt8])? = nil
    ) async -> Browser.Shown {
        await browser.upload(shown, Self.path, fields.map { (name: $0, value: $1) }, file: file)
    }

    /// The aliases in the store.
    func aliases() async throws -> [String] { try await bench.store.keyStore.entries().map(\.alias.text) }
}
