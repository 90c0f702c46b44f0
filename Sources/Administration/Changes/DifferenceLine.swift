/// One value that a change has set, replaced or removed, for people.
package struct DifferenceLine: Sendable, Equatable {
    /// The names on the way to the value, such as `claims.address.locality`.
    package let path: String
    /// As JSON, so that the text of a value cannot look like anything else; `nil` if it was not set.
    package let before: String?
    package let after: String?
}

extension Change {
    /// What differs, one value a line. A list of values is one line.
    package var lines: [DifferenceLine] {
        Self.lines("", before.map { .object($0) }, after.map { .object($0) })
    }

    private static func lines(_ path: String, _ before: JSONValue?, _ after: JSONValue?) -> [DifferenceLine] {
        guard before != after else { return [] }
        let (old, new) = (members(before), members(after))
        guard !(old ?? []).isEmpty || !(new ?? []).isEmpty, old != nil || before == nil, new != nil || after == nil
        else { return [DifferenceLine(path: path, before: before?.render(), after: after?.render())] }
        let names =
            (old ?? []).map(\.name)
            + (new ?? []).map(\.name).filter { name in
                !(old ?? []).contains { $0.name == name }
            }
        return names.flatMap { name in
            lines(
                path.isEmpty ? name.text : "\(path).\(name.text)", old?.first { $0.name == name }?.value,
                new?.first { $0.name == name }?.value)
        }
    }

    private static func members(_ value: JSONValue?) -> [JSONObject.Member]? {
        if case .object(let object)? = value { object.members } else { nil }
    }
}
