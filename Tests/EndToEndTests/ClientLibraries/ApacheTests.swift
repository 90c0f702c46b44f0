import Foundation
import TestSupport
import Testing

@Suite(
    "docs/client-libraries.md, Apache", .ownThreads, .requires("apache2", "openssl"), .requiresPython,
    .timeLimit(.minutes(5)))
struct ApacheTests {
    private static let modules = "/usr/lib/apache2/modules/mod_"

    @Test(
        "has a configuration of mod_auth_openidc that signs a person in",
        .enabled(if: FileManager.default.fileExists(atPath: modules + "auth_openidc.so"), "needs mod_auth_openidc"))
    func signIn() async throws {
        let block = try #require(DocumentedBlock.all.first { $0.program == "apache2" })
        let apache = try #require(Program.path("apache2"))
        let python = try #require(Program.python)
        let port = try Program.freePort()
        let site = "http://localhost:\(port)"
        let server = try LibraryServer(path: "", hasPerson: true, redirectURI: site + "/callback")
        defer { server.remove() }
        let folder = server.folder
        try Self.run(["openssl", "rsa", "-in", "web.pem", "-pubout", "-out", "web.pub.pem"], in: folder)
        try FileManager.default.createDirectory(atPath: folder + "/site", withIntermediateDirectories: true)
        try "hello\n".write(toFile: folder + "/site/index.html", atomically: true, encoding: .utf8)
        let documented = block.source.replacingOccurrences(of: "https://auth.example.com", with: server.issuer)
            .replacingOccurrences(of: "https://app.example.com", with: site)
            .replacingOccurrences(of: "/etc/apache2/", with: folder + "/")
        try (Self.surroundings(folder, port: port) + documented).write(
            toFile: folder + "/httpd.conf", atomically: true, encoding: .utf8)

        let running = try RunningProgram(
            python, Program.unblocking + [apache, "-f", folder + "/httpd.conf", "-DFOREGROUND"], in: folder)
        try await running.listens(on: port)
        let visit = try Self.run(
            [python, Program.libraryHelper("application_visit.py")] + LibraryServer.person + [site + "/"], in: folder,
            environment: ["REQUESTS_CA_BUNDLE=\(folder)/tls.pem"])
        #expect(visit.contains("200 Alice Liddell"), "\(visit)")
        running.stop()
    }

    /// What a packaged Apache has configured already, and what the test needs to see.
    private static func surroundings(_ folder: String, port: Int) -> String {
        let names = ["mpm_event", "authn_core", "authz_core", "authz_user", "headers", "dir", "auth_openidc"]
        return names.map { "LoadModule \($0)_module \(modules)\($0).so\n" }.joined() + """
            ServerRoot \(folder)
            ServerName localhost
            Listen 127.0.0.1:\(port)
            PidFile \(folder)/apache.pid
            ErrorLog \(folder)/apache.log
            DocumentRoot \(folder)/site
            User nobody
            Group nogroup
            StartServers 1
            OIDCSSLValidateServer Off
            Header set X-Person "%{OIDC_CLAIM_name}e"

            """
    }

    @discardableResult
    private static func run(_ command: [String], in folder: String, environment: [String] = []) throws -> String {
        let result = try ServerProcess.run("/usr/bin/env", ["-C", folder] + environment + command)
        #expect(result.status == 0, "\(command.joined(separator: " ")): \(result.output)\(result.errors)")
        return result.output
    }
}
