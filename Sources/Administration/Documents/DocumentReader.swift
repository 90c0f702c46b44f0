import Foundation
@_exported import Server

/// A strict reader of a JSON object that somebody has sent. It collects every fault with its place: a member that is not known, missing, or
/// of another type.
///
/// ```swift
/// var reader = DocumentReader(object)
/// let name = reader.requiredText("user_name")
/// let groups = reader.texts("groups") ?? []
/// try reader.finish()
/// ```
///
/// A member that is absent is `nil`; `null` counts as absent where the description of the member says so (`isNullable`).
package struct DocumentReader {
    private let object: JSONObject
    private let pointer: JSONPointer
    private var known: [String] = []
    private var faults: [DocumentFault] = []

    /// The most faults that are reported.
    package static let maximumFaults = 20

    /// - Parameter pointer: the object's place in the document.
    package init(_ object: JSONObject, at pointer: JSONPointer = .document) {
        self.object = object
        self.pointer = pointer
    }

    /// Reports members that were not read, then everything reported so far.
    package mutating func finish() throws(InvalidDocument) {
        for member in object.members where !known.contains(where: { member.name == ExactString($0) }) {
            guard faults.count < Self.maximumFaults else { break }
            let similar = NearestName.of(member.name.text, among: known).map { " Did you mean '\($0)'?" } ?? ""
            report(member.name.text, "It is not known here.\(similar)")
        }
        if !faults.isEmpty { throw InvalidDocument(Array(faults.prefix(Self.maximumFaults))) }
    }

    /// Throws everything reported so far. Members that were not read are ignored: a later version may have more.
    package func finishIgnoringOthers() throws(InvalidDocument) {
        if !faults.isEmpty { throw InvalidDocument(Array(faults.prefix(Self.maximumFaults))) }
    }

    // MARK: Reading members

    package mutating func text(_ name: String, isNullable: Bool = false) -> String? {
        read(name, isNullable, "a string") { if case .string(let text) = $0 { text.text } else { nil } }
    }

    /// - Parameters:
    ///   - rule: what the text must be, as a sentence.
    ///   - isAllowed: whether the text follows the rule.
    /// - Returns: an empty text if there is none, which is reported.
    package mutating func requiredText(
        _ name: String, _ rule: String = "", isAllowed: (String) -> Bool = { _ in true }
    ) -> String {
        require(name)
        guard let text = text(name) else { return "" }
        check(isAllowed(text), name, rule)
        return text
    }

    package mutating func boolean(_ name: String) -> Bool? {
        read(name, false, "true or false") { if case .boolean(let flag) = $0 { flag } else { nil } }
    }

    /// - Parameter range: the values that are allowed.
    package mutating func integer(_ name: String, in range: ClosedRange<Int>, isNullable: Bool = false) -> Int? {
        read(name, isNullable, "a whole number from \(range.lowerBound) to \(range.upperBound)") { value in
            guard case .number(let number) = value, let integer = number.integer, let integer = Int(exactly: integer),
                range.contains(integer)
            else { return nil }
            return integer
        }
    }

    /// A number of seconds.
    package mutating func seconds(
        _ name: String, in range: ClosedRange<Int>, isNullable: Bool = false
    ) -> Duration? {
        integer(name, in: range, isNullable: isNullable).map { .seconds($0) }
    }

    /// An array of strings without repetitions.
    package mutating func texts(_ name: String, isNullable: Bool = false) -> [String]? {
        read(name, isNullable, "an array of different strings") { value in
            guard case .array(let elements) = value else { return nil }
            var texts: [String] = []
            var known: Set<ExactString> = []
            for element in elements {
                guard case .string(let text) = element, known.insert(text).inserted else { return nil }
                texts.append(text.text)
            }
            return texts
        }
    }

    /// One of several texts.
    package mutating func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Value.Type, isNullable: Bool = false
    ) -> Value? {
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return read(name, isNullable, "one of \(names)") { value in
            if case .string(let text) = value { Value(rawValue: text.text) } else { nil }
        }
    }

    /// An array of different texts out of several.
    package mutating func choices<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Value.Type, isNullable: Bool = false
    ) -> [Value]? {
        guard let texts = texts(name, isNullable: isNullable) else { return nil }
        let values = texts.compactMap { Value(rawValue: $0) }
        if values.count < texts.count {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            report(name, "It must be an array of some of: \(names).")
        }
        return values
    }

    package mutating func object(_ name: String, isNullable: Bool = false) -> JSONObject? {
        read(name, isNullable, "an object") { if case .object(let object) = $0 { object } else { nil } }
    }

    package mutating func array(_ name: String, isNullable: Bool = false) -> [JSONValue]? {
        read(name, isNullable, "an array") { if case .array(let elements) = $0 { elements } else { nil } }
    }

    /// A time as the server writes it, such as `2026-05-04T10:00:00Z`.
    package mutating func time(_ name: String, isNullable: Bool = false) -> UnixTime? {
        read(name, isNullable, "a time such as 2026-05-04T10:00:00Z") { value in
            if case .string(let text) = value { UnixTime(timestamp: text.text) } else { nil }
        }
    }

    /// Accepts members that only the server decides, as long as they say what is the case. Then a document that was read can be sent back.
    ///
    /// - Parameters:
    ///   - names: of these members.
    ///   - current: the thing as it is shown.
    ///   - changing: members that change by themselves; what they say is not compared.
    package mutating func readOnly(_ names: [String], as current: JSONObject, changing: [String] = []) {
        known += names + changing
        for name in names where object[name] != nil && object[name] != current[name] {
            report(name, "Only the server decides it. Leave it out.")
        }
    }

    /// Returns whether the object has a member.
    package func has(_ name: String) -> Bool { object[name] != nil }

    /// Accepts a member that the caller reads.
    package mutating func accept(_ name: String) { known.append(name) }

    /// Reports a member that is missing.
    package mutating func require(_ name: String) {
        if object[name] == nil { report(name, "It is missing.") }
    }

    /// Reports a fault.
    ///
    /// - Parameters:
    ///   - place: the names and indices that lead to what is wrong.
    ///   - detail: a sentence.
    package mutating func report(_ place: String..., detail: String) {
        faults.append(DocumentFault(place.reduce(pointer) { $0.appending($1) }, detail))
    }

    /// Reports a fault of a member unless something holds.
    package mutating func check(_ holds: Bool, _ name: String, _ detail: String) {
        if !holds { report(name, detail) }
    }

    /// Reports the faults of an object within this one.
    package mutating func report(_ document: InvalidDocument) {
        faults += document.faults
    }

    private mutating func report(_ name: String, _ detail: String) { report(name, detail: detail) }

    /// - Parameter type: what the member must be: "a string".
    private mutating func read<Value>(
        _ name: String, _ isNullable: Bool, _ type: String, _ body: (JSONValue) -> Value?
    ) -> Value? {
        known.append(name)
        guard let found = object[name], !(isNullable && found == .null) else { return nil }
        guard let value = body(found) else {
            report(name, "It must be \(type)\(isNullable ? ", or null" : "").")
            return nil
        }
        return value
    }
}

extension UnixTime {
    /// Reads a timestamp (RFC 3339).
    package init?(timestamp: String) {
        guard timestamp.utf8.count <= 64, let date = try? Date(timestamp, strategy: .iso8601) else { return nil }
        self.init(numericDate: date.timeIntervalSince1970)
    }
}
