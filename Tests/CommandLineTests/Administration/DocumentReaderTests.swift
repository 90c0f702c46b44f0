import Server
import Testing

@testable import Administration

@Suite("A document that was sent")
struct DocumentReaderTests {
    private static func faults(
        _ text: String, _ body: (inout DocumentReader) -> Void
    ) throws -> [String] {
        var reader = DocumentReader(try JSONObject(parsing: Array(text.utf8)))
        body(&reader)
        do throws(InvalidDocument) {
            try reader.finish()
            return []
        } catch {
            return error.faults.map { "\($0.pointer.text) \($0.detail)" }
        }
    }

    @Test("is reported with every fault and its place (RFC 6901)")
    func faults() throws {
        let text = #"{"name":1,"flag":"true","number":2.5,"list":["a","a"],"enabld":true,"a/b~c":0}"#
        let faults = try Self.faults(text) { reader in
            #expect(reader.text("name") == nil)
            #expect(reader.boolean("flag") == nil)
            #expect(reader.integer("number", in: 1...9) == nil)
            #expect(reader.texts("list") == nil)
            #expect(reader.boolean("enabled") == nil)
            #expect(reader.requiredText("needed") == "")
        }
        #expect(
            faults == [
                "/name It must be a string.", "/flag It must be true or false.",
                "/number It must be a whole number from 1 to 9.", "/list It must be an array of different strings.",
                "/needed It is missing.", "/enabld It is not known here. Did you mean 'enabled'?",
                "/a~1b~0c It is not known here.",
            ])
    }

    @Test("has null only where it is allowed")
    func null() throws {
        let faults = try Self.faults(#"{"a":null,"b":null}"#) { reader in
            #expect(reader.text("a", isNullable: true) == nil)
            #expect(reader.text("b") == nil)
        }
        #expect(faults == ["/b It must be a string."])
    }

    @Test("can repeat what only the server decides, but not change it")
    func readOnly() throws {
        let current: JSONObject = ["created_at": "2026-05-04T10:00:00Z", "sub": "x"]
        let faults = try Self.faults(#"{"created_at":"2026-05-04T10:00:00Z","sub":"y","used":1}"#) { reader in
            reader.readOnly(["created_at", "sub"], as: current, changing: ["used"])
        }
        #expect(faults == ["/sub Only the server decides it. Leave it out."])
    }

    @Test("has a limit on the faults that are reported")
    func limit() throws {
        let members = (0..<500).map { "\"m\($0)\":0" }.joined(separator: ",")
        #expect(try Self.faults("{\(members)}") { _ in }.count == DocumentReader.maximumFaults)
    }

    @Test(
        "RFC 7396 appendix A: a merge patch",
        arguments: [
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
            (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
            (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
            ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        ])
    func mergePatch(_ target: String, _ patch: String, _ result: String) throws {
        let target = try JSONObject(parsing: Array(target.utf8))
        #expect(target.merging(try JSONObject(parsing: Array(patch.utf8))).render() == result)
    }
}
