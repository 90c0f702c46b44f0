import Foundation
import TestSupport
import Testing

@Suite("'assertion inspect' by a running server, and of refusals", .ownThreads, .serialized)
struct InspectCommandTests {
    private typealias Result = (status: Int32, output: String, errors: String)

    private func inspect(_ arguments: [String]) throws -> Result {
        let result = try ServerProcess.run(["assertion", "inspect"] + arguments)
        return (result.status, result.output, result.errors)
    }

    /// A server whose client `ops` must send the issuer as `aud`.
    private func strictServer() throws -> AdministeredServer {
        let place = try AdministeredServer()
        try ServerProcessTests.expectSuccess(["client", "edit", "ops", "--audience-profile", "strict"] + place.local)
        return place
    }

    private func sign(_ place: AdministeredServer, for audience: String) throws -> String {
        try ServerProcessTests.expectSuccess([
            "assertion", "sign", "--client-id", "ops", "--key", place.key, "--audience", audience,
        ]).trimmingCharacters(in: .newlines)
    }

    @Test("A running server judges an assertion, uses nothing up, and knows that one was used")
    func assertions() throws {
        let place = try strictServer()
        defer { place.remove() }
        let server = place.server.baseURL
        let good = try sign(place, for: server)
        for _ in 0..<2 { #expect(try inspect([good] + place.remote).status == 0) }
        // With the same words as at the data directory.
        let wrong = try sign(place, for: server + "/oauth2/token")
        let there = try inspect([wrong] + place.remote)
        let here = try inspect([wrong, "--data", place.server.directory, "--issuer", server])
        #expect(there.status == 1 && there.output.contains("FAILED: wrong_audience"), "\(there)")
        #expect(
            there.output.replacing(place.remote.joined(separator: " "), with: "PLACE")
                == here.output.replacing("--data " + place.server.directory, with: "PLACE"))
        let json = try inspect([wrong, "--json"] + place.remote)
        #expect(
            json.output
                == (try inspect([wrong, "--json", "--data", place.server.directory, "--issuer", server])).output
        )
        let stored = ["--data", place.server.directory]
        for (arguments, verdict) in [
            ([wrong] + place.remote, "refused"), ([good] + place.remote, "accepted"),
            ([good, "--issuer", server] + stored, "accepted"), ([good] + stored, "undecided"),
            ([wrong] + stored, "undecided"),
        ] {
            #expect(try inspect(arguments + ["--json"]).output.contains("\"verdict\":\"\(verdict)\""), "\(arguments)")
        }
        // Conditions reach the server; private keys do not.
        #expect(try inspect([wrong, "--audience-profile", "compatible"] + place.remote).status == 0)
        #expect(try inspect([good, "--registered-key", "none"] + place.remote).output.contains("it has none that is"))
        let typed = try inspect([good, "--at", "2030-01-01T00:00:00Z", "--require-explicit-typing"] + place.remote)
        #expect(typed.status == 1 && typed.output.contains("FAILED: expired"))
        let other = place.folder + "/other"
        try ServerProcessTests.expectSuccess(["keygen", "--out", other + ".pem"])
        let replaced = try inspect([good, "--public-key", other + ".jwks.json"] + place.remote)
        #expect(replaced.status == 1 && replaced.output.contains("FAILED: bad_signature"), "\(replaced)")
        let secret = try inspect([good, "--public-key", place.key] + place.remote)
        #expect(secret.status == 1 && secret.output.isEmpty && secret.errors.contains("private"), "\(secret)")

        #expect(
            try ServerProcessTests.curl(server + "/oauth2/token", form: TestServer.form(good)).status == 200)
        let used = try inspect([good] + place.remote)
        #expect(used.status == 1 && used.output.contains("FAILED: replayed"), "\(used)")
    }

    @Test("A refusal is judged again at both places, and the verdict depends on the conditions")
    func refusals() throws {
        let place = try strictServer()
        defer { place.remove() }
        let server = place.server.baseURL
        let wrong = try sign(place, for: server + "/oauth2/token")
        let answer = try ServerProcessTests.curl(server + "/oauth2/token", form: TestServer.form(wrong))
        #expect(answer.status == 401 || answer.status == 400)
        var reference = ""
        try Patience.expect("the refusal is listed") {
            let list = try ServerProcess.run(["explain", "--json"] + place.local).output
            reference = list.firstMatch(of: /"reference":"([A-Z0-9]+)"/).map { String($0.1) } ?? ""
            return !reference.isEmpty
        }
        let local = ["--data", place.server.directory, "--issuer", server]
        for more in [[], ["--audience-profile", "compatible"], ["--at", "2030-01-01T00:00:00Z"], ["--json"]] {
            let results = try [local, place.remote].map { try inspect(["--reference", reference] + more + $0) }
            let outputs = zip(results, [place.local, place.remote]).map { result, options in
                result.output.replacing(options.joined(separator: " "), with: "PLACE")
            }
            #expect(outputs[0] == outputs[1] && !outputs[0].isEmpty)
            #expect(results[0].status == results[1].status && results[0].errors == results[1].errors)
            let isAccepted = more.first == "--audience-profile"
            #expect(results[0].status == (isAccepted ? 0 : 1), "\(results[0])")
            #expect(!isAccepted || outputs[0].contains("Whether the signature verifies is not known"))
            #expect(wrong.split(separator: ".").allSatisfy { !outputs[0].contains($0) })
        }
        let open = try inspect(["--reference", reference, "--audience-profile", "compatible", "--json"] + place.remote)
        #expect(open.output.contains("\"verdict\":\"undecided\""), "\(open)")
        for options in [local, place.remote] {
            let missing = try inspect(["--reference", "ZZZZZZZZ"] + options)
            #expect(missing.status == 1 && missing.errors.contains("o refusal has the reference 'ZZZZZZZZ'"))
        }
    }

    @Test("What does not fit together is wrong usage, and a client that may only read judges references alone")
    func usage() throws {
        let place = try AdministeredServer(scope: "admin.read")
        defer { place.remove() }
        for arguments in [
            [], ["x", "--reference", "K3ZQ7M2A"], ["x", "--config", "x.toml"] + place.remote,
            ["x", "--issuer", "https://as.example"] + place.remote, ["x", "--client-id", "ops"],
            ["x", "--key", "a", "--public-key", "b"], ["x", "--public-key", "a", "--registered-key", "b"],
            ["x", "--profile", "p", "--key", "a"], ["x", "--data", "d"] + place.remote,
        ] {
            let result = try inspect(arguments)
            #expect(result.status == 2 && result.output.isEmpty, "\(arguments) \(result)")
        }
        let refused = try inspect(["x"] + place.remote)
        #expect(refused.status == 1 && refused.errors.contains("it needs the scope admin.write"), "\(refused)")
        let missing = try inspect(["--reference", "ZZZZZZZZ"] + place.remote)
        #expect(missing.errors.contains("o refusal has the reference 'ZZZZZZZZ'"), "\(missing)")
    }
}
