import CountersignJOSE
import Foundation

/// Files of test vectors.
enum Vectors {
    /// Reads a file of this test target.
    static func own(_ name: String) throws -> JSONObject {
        try read(URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors/\(name)"))
    }

    /// Reads a Wycheproof file from the folder next to the checkout; without that folder, prints a line and returns `nil`.
    static func wycheproof(_ name: String) throws -> JSONObject? {
        let file = URL(fileURLWithPath: #filePath)
            .appendingPathComponent("../../../../shared/vectors/wycheproof/\(name)").standardizedFileURL
        guard FileManager.default.fileExists(atPath: file.path) else {
            print("skipped: \(name) is not beside the checkout")
            return nil
        }
        return try read(file)
    }

    private static func read(_ file: URL) throws -> JSONObject {
        try JSONObject(parsing: Array(try Data(contentsOf: file)), maximumDepth: 16)
    }
}

extension JSONObject {
    func objects(_ name: String) -> [JSONObject] {
        guard case .array(let elements)? = self[name] else { return [] }
        return elements.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }

    func object(_ name: String) -> JSONObject? {
        guard case .object(let object)? = self[name] else { return nil }
        return object
    }

    func text(_ name: String) -> String { string(name)?.text ?? "" }

    func hex(_ name: String) -> [UInt8] {
        let digits = Array(text(name).utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16) ?? 0
        }
    }

    /// Returns the object without some members.
    func without(_ names: String...) -> JSONObject {
        JSONObject(members.filter { !names.contains($0.name.text) }.map { ($0.name.text, $0.value) })
    }

    /// Returns the object with a member changed or added.
    func with(_ name: String, _ value: JSONValue) -> JSONObject {
        var copy = self
        copy.set(name, value)
        return copy
    }
}
