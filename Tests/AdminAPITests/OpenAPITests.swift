import Fetching
import Foundation
import SQLite
import TestSupport
import Testing

@testable import AdminAPI
@testable import Administration

@Suite("The description of the admin API (OpenAPI 3.1)")
struct OpenAPITests {
    private static let urls = ServerURLs(issuer: "https://as.example/tenant")

    private static func paths() throws -> JSONObject {
        guard case .object(let paths) = try OpenAPIDocument(#require(urls)).object["paths"] else { return [:] }
        return paths
    }

    private static func answered() async throws -> [AdminOperation] {
        let directory = TemporaryDirectory().path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try SQLiteStore(directory: directory)
        let masterKey = MasterKey.generate()
        let keys = try await ServerKeys.load(from: store, masterKey: masterKey, algorithm: .es256, at: .now)
        let settings = ServerSettings()
        let process = ServerProcess(
            masterKey: masterKey, keys: keys, settings: [], passwordHasher: settings.signIn.passwordHasher
        ) { Diagnosis() }
        let runtime = Runtime(report: { _ in })
        let services = AdminServices(
            urls: try #require(urls), settings: settings, process: process,
            overview: AdminBench.overview(store, runtime),
            keySetTests: KeySetTests(DocumentFetcher(FetchPolicy())),
            inspections: AssertionInspections(AssertionDebugger(store, settings, try #require(urls))), runtime)
        await store.close()
        return AdminAPI.nouns(services).flatMap(\.operations)
    }

    @Test("has the paths and methods that the server answers, and no others")
    func operations() async throws {
        let answered = try await Self.answered().map { "\($0.method.rawValue) \($0.path)" }
        let described = try Self.paths().members.flatMap { path -> [String] in
            guard case .object(let item) = path.value else { return [] }
            return item.members.map(\.name.text).filter { $0 != "parameters" }
                .map { "\($0.uppercased()) \(path.name.text)" }
        }
        #expect(Set(described) == Set(answered + ["GET \(OpenAPIEndpoint.path)"]))
        #expect(Set(answered).count == answered.count)
    }

    @Test("demands of each operation the scope that the server demands, and If-Match of each change of a thing")
    func scopes() async throws {
        let answered = try await Self.answered()
        for path in try Self.paths().members where path.name.text != OpenAPIEndpoint.path {
            guard case .object(let item) = path.value else { continue }
            for operation in item.members where operation.name != "parameters" {
                let text = operation.value.render()
                let needed = try #require(
                    answered.first {
                        $0.method.rawValue.lowercased() == operation.name.text && $0.path == path.name.text
                    }
                ).scope
                #expect(text.contains("\"security\":[{\"oauth2\":[\"\(needed.rawValue)\"]}]"), "\(path.name)")
                // Those who may only read change nothing.
                let reads = operation.name == "get" || path.name == "/assertions/inspect"
                #expect(needed == (reads ? .read : .write), "\(path.name)")
                let changes = ["put", "patch", "delete"].contains(operation.name.text)
                // docs/admin-api-reference.md: it concerns no single thing that has a version.
                let ofAll = ["delete /users/{sub}/sessions", "delete /users/{sub}/access"]
                guard !ofAll.contains("\(operation.name) \(path.name)") else { continue }
                #expect(!changes || text.contains("#/components/parameters/If-Match"), "\(path.name) \(operation.name)")
            }
        }
    }

    @Test("names every code of a problem")
    func codes() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources")
        var codes: Set<String> = []
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift", let text = try? String(contentsOf: file, encoding: .utf8) else {
                continue
            }
            for match in text.matches(of: /FailureKind\(\s*"([a-z_0-9]+)"/) { codes.insert(String(match.1)) }
        }
        let document = try OpenAPIDocument(try #require(Self.urls)).object
        let schema = try #require(document.at("components", "schemas", "Problem", "properties", "code"))
        guard case .array(let described)? = schema["enum"] else {
            Issue.record("the codes are not listed")
            return
        }
        #expect(codes.count > 30)
        #expect(Set(described.map { $0.render() }) == Set(codes.map { "\"\($0)\"" }))
    }

    @Test("has the URLs of the server that serves it, and is public")
    func urls() async throws {
        let urls = try #require(Self.urls)
        let response = await OpenAPIEndpoint(urls).respond(
            to: EndpointRequest(method: "GET", path: "/tenant/admin/v1/openapi.json"))
        #expect(response.status == 200)
        #expect(response.headers["Cache-Control"]?.hasPrefix("public") == true)
        let object = try JSONObject(parsing: response.body, maximumDepth: 64)
        #expect(object["servers"]?.render().contains("\"https://as.example/tenant/admin/v1\"") == true)
        let flow = object.at("components", "securitySchemes", "oauth2", "flows", "clientCredentials")
        #expect(flow?["tokenUrl"] == "https://as.example/tenant/oauth2/token")
    }
}

extension JSONObject {
    fileprivate func at(_ path: String...) -> JSONObject? {
        path.reduce(self) { object, name in
            if case .object(let next)? = object?[name] { next } else { nil }
        }
    }
}
