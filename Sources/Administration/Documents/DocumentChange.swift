@_exported import Server

/// A change of something by a document.
package enum DocumentChange: Sendable {
    /// PUT: what the document does not name has its default afterwards.
    case replacement(JSONObject)
    /// PATCH: a JSON merge patch (RFC 7396).
    case patch(JSONObject)

    /// Returns the whole document after the change.
    ///
    /// - Parameter current: what can be written, as it is before.
    package func applied(to current: JSONObject) -> JSONObject {
        switch self {
        case .replacement(let document): document
        case .patch(let patch): current.merging(patch)
        }
    }

    /// What was sent.
    package var sent: JSONObject {
        switch self {
        case .replacement(let document): document
        case .patch(let patch): patch
        }
    }
}

extension JSONObject {
    /// Applies a JSON merge patch (RFC 7396 §2).
    package func merging(_ patch: JSONObject) -> JSONObject {
        var merged = self
        for member in patch.members {
            let name = member.name.text
            switch member.value {
            case .null: merged.remove(name)
            case .object(let change):
                let before: JSONObject = if case .object(let object)? = merged[name] { object } else { [:] }
                merged.set(name, .object(before.merging(change)))
            case .boolean, .number, .string, .array: merged.set(name, member.value)
            }
        }
        return merged
    }

    /// Removes a member, if there is one of that name.
    package mutating func remove(_ name: String) {
        guard self[name] != nil else { return }
        self = JSONObject(members.filter { $0.name != ExactString(name) }.map { ($0.name.text, $0.value) })
    }
}
