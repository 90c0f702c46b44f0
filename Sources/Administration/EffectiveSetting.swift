@_exported import Server

/// A setting of a running server: its value and where that comes from. Secrets are never part of it.
package struct EffectiveSetting: Sendable {
    /// The key in the configuration file: `server.listen`.
    package let key: String
    /// As the configuration file writes it, without quotes.
    package let value: String
    package let defaultValue: String
    package let origin: Origin
    /// What it means, as a sentence.
    package let meaning: String
    /// The values that it can have, as a phrase.
    package let allowed: String

    package enum Origin: Sendable, Equatable {
        /// It was not set.
        case standard
        /// - Parameter line: `nil` if it is not known.
        case file(String, line: Int?)
        case environment(variable: String)
        case flag(String)
    }

    package init(
        key: String, value: String, defaultValue: String, origin: Origin, meaning: String, allowed: String
    ) {
        self.key = key
        self.value = value
        self.defaultValue = defaultValue
        self.origin = origin
        self.meaning = meaning
        self.allowed = allowed
    }

    package var json: JSONObject {
        [
            "key": .string(key), "value": .string(value), "default": .string(defaultValue),
            "origin": .object(origin.json), "meaning": .string(meaning), "allowed": .string(allowed),
        ]
    }
}

extension EffectiveSetting.Origin {
    fileprivate var json: JSONObject {
        switch self {
        case .standard: ["source": "default", "name": .null, "line": .null]
        case .file(let name, let line):
            ["source": "file", "name": .string(name), "line": line.map { .number($0) } ?? .null]
        case .environment(let variable): ["source": "environment", "name": .string(variable), "line": .null]
        case .flag(let name): ["source": "flag", "name": .string(name), "line": .null]
        }
    }
}

extension EffectiveSetting {
    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let origin = reader.object("origin") { object throws(InvalidDocument) in try Origin(answer: object) }
        reader.require("origin")
        self.init(
            key: reader.requiredText("key"), value: reader.requiredText("value"),
            defaultValue: reader.requiredText("default"), origin: origin ?? .standard,
            meaning: reader.requiredText("meaning"), allowed: reader.requiredText("allowed"))
        try reader.finishIgnoringOthers()
    }
}

extension EffectiveSetting.Origin {
    fileprivate init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let source = reader.requiredText("source")
        let name = reader.text("name", isNullable: true) ?? ""
        let line = reader.integer("line", in: 1...Int.max, isNullable: true)
        reader.check(
            ["default", "file", "environment", "flag"].contains(source), "source", "It is not known here.")
        try reader.finishIgnoringOthers()
        switch source {
        case "file": self = .file(name, line: line)
        case "environment": self = .environment(variable: name)
        case "flag": self = .flag(name)
        default: self = .standard
        }
    }

    /// Where the value comes from, for people.
    package var text: String {
        switch self {
        case .standard: "default"
        case .file(let name, let line): line.map { "\(name):\($0)" } ?? name
        case .environment(let variable): "$" + variable
        case .flag(let name): name
        }
    }
}
