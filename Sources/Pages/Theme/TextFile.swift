import Server

/// The texts of one language: a JSON object of strings.
enum TextFile {
    static func read(_ bytes: [UInt8], path: String) throws(ThemeError) -> [String: String] {
        let object: JSONObject
        do throws(JSONError) {
            object = try JSONObject(document: bytes)
        } catch {
            let line = bytes.prefix(error.offset).count { $0 == UInt8(ascii: "\n") } + 1
            throw ThemeError(path, line: line, "is not a JSON object of texts: \(error.phrase)", remedy: "Correct it.")
        }
        var texts: [String: String] = [:]
        for member in object.members {
            guard case .string(let text) = member.value else {
                throw ThemeError(
                    path, "has something other than a text for '\(member.name.text)'", remedy: "Write a string.")
            }
            texts[member.name.text] = text.text
        }
        return texts
    }

    /// - Throws: for a text that English does not have, and for a placeholder that its English text does not have.
    static func check(
        _ texts: [String: String], against english: [String: String], path: String
    ) throws(ThemeError) {
        for (key, text) in texts.sorted(by: { $0.key < $1.key }) {
            guard let original = english[key] else {
                throw ThemeError(
                    path, "has the unknown text '\(ShownText.of(key))'",
                    remedy: "Use the keys of Sources/Pages/languages/en.json.")
            }
            let unknown = Placeholders.names(in: text).subtracting(Placeholders.names(in: original))
            if let name = unknown.sorted().first {
                throw ThemeError(
                    path,
                    "has the placeholder {\(ShownText.of(name))} in '\(key)', which the English text does not have",
                    remedy: "Remove it.")
            }
        }
    }
}
