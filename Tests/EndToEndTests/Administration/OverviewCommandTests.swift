import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("The overview and the key set tester of a running server", .ownThreads, .serialized)
struct OverviewCommandTests {
    @Test("'overview' shows a running server up to now, and of a data directory what the server has written")
    func overview() throws {
        let place = try AdministeredServer()
        defer { place.remove() }
        func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
            let result = try ServerProcess.run(["overview"] + arguments)
            return (result.status, result.output, result.errors)
        }
        let live = try run(place.remote)
        #expect(live.status == 0, "\(live)")
        for text in ["Up since", "token requests per second", "Signs with", "Nothing needs attention."] {
            #expect(live.output.contains(text), "\(live.output)")
        }
        // The tokens of these commands themselves, once the second in which they were issued is over.
        try Patience.expect("the tokens are counted") {
            let json = try JSONObject(
                parsing: Array(try run(place.remote + ["--json", "--period", "minutes"]).output.utf8))
            guard case .array(let points)? = json["points"], case .object(let total)? = json["total"] else {
                throw TestFailure("there are no figures: \(json.render())")
            }
            #expect(points.count == 60 && json["live"] != .null)
            return total["tokens"] != .number(0)
        }
        let written = try run(place.local)
        #expect(written.status == 0 && written.output.contains("the minutes that the server has written"), "\(written)")
        let stored = try run(place.local + ["--json"])
        #expect(stored.output.contains("\"live\":null"), "\(stored)")
        let minutes = try run(place.local + ["--period", "minutes"])
        #expect(minutes.status == 1 && minutes.errors.contains("known to a running server only"), "\(minutes)")
        #expect(try run(["--period", "week"]).status == 2)
    }

    @Test("'key-set test' has the same output on this machine and by a running server")
    func keySet() throws {
        let place = try AdministeredServer()
        defer { place.remove() }
        func run(_ arguments: [String]) throws -> (status: Int32, output: String, errors: String) {
            let result = try ServerProcess.run(["key-set", "test"] + arguments)
            let lines = result.output.split(separator: "\n").filter { !$0.contains(/^  after +\d+ ms$/) }
            return (result.status, lines.joined(separator: "\n"), result.errors)
        }
        for url in ["https://10.0.0.1/jwks", "https://user:secret@keys.example/jwks", "http://keys.example/"] {
            let (here, there) = (try run([url]), try run([url] + place.remote))
            #expect(here.status == 1 && !here.output.isEmpty && here == there, "\(here) \(there)")
        }
        let json = try run(["https://10.0.0.1/jwks", "--json"] + place.remote)
        #expect(json.output.contains("\"allowed\":false,\"reason\":\"a private address\""), "\(json)")
        #expect(try run(["https://10.0.0.1/jwks", "--config", "x.toml"] + place.remote).status == 2)
        for _ in 0..<2 { _ = try run(["https://10.0.0.1/jwks"] + place.remote) }
        let tooMany = try run(["https://10.0.0.1/jwks"] + place.remote)
        #expect(
            tooMany.status == 1 && tooMany.errors.contains("429: You have made six tests in a minute"), "\(tooMany)")
    }
}
