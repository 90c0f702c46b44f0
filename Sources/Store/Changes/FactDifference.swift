/// What differs between the facts before and after a change.
package struct FactDifference: Sendable, Equatable {
    /// The members that hold several things under their names. Of these only what differs is kept.
    package static let containers: Set<String> = ["keys", "secrets", "claims", "sessions", "access"]

    /// `nil` if there was nothing before.
    package let before: JSONObject?
    /// `nil` if there is nothing afterwards.
    package let after: JSONObject?

    /// - Returns: `nil` if nothing differs.
    package init?(_ before: JSONObject?, _ after: JSONObject?) {
        guard let before, let after else {
            guard before != nil || after != nil else { return nil }
            (self.before, self.after) = (before, after)
            return
        }
        var (old, new): (JSONObject, JSONObject) = ([:], [:])
        for name in Self.names(before, after) {
            let (was, now) = (before[name], after[name])
            guard was != now else { continue }
            if Self.containers.contains(name), case .object(let was)? = was, case .object(let now)? = now {
                // The order of members is not a fact.
                guard let inner = FactDifference(members: was, now) else { continue }
                old.set(name, .object(inner.old))
                new.set(name, .object(inner.new))
                continue
            }
            if let was { old.set(name, was) }
            if let now { new.set(name, now) }
        }
        guard !old.members.isEmpty || !new.members.isEmpty else { return nil }
        (self.before, self.after) = (old, new)
    }

    /// The names of the members that differ, in the order of the facts.
    package var members: [String] { Self.names(before ?? [:], after ?? [:]) }

    private static func names(_ before: JSONObject, _ after: JSONObject) -> [String] {
        (before.members + after.members.filter { before[$0.name.text] == nil }).map(\.name.text)
    }
}

extension FactDifference {
    /// The members of two objects that differ; `nil` if none does.
    private init?(members before: JSONObject, _ after: JSONObject) {
        let names = Self.names(before, after).filter { before[$0] != after[$0] }
        guard !names.isEmpty else { return nil }
        self.before = before.keeping(names)
        self.after = after.keeping(names)
    }

    private var old: JSONObject { before ?? [:] }
    private var new: JSONObject { after ?? [:] }

    /// Applies a change to the facts before it.
    ///
    /// - Parameters:
    ///   - facts: `nil` if there are none.
    ///   - before: of the change.
    ///   - after: of the change.
    /// - Returns: the facts afterwards; `nil` if the subject no longer exists.
    package static func apply(_ before: JSONObject?, _ after: JSONObject?, to facts: JSONObject?) -> JSONObject? {
        guard let after else { return nil }
        guard let before, let facts else { return after }
        var result = facts
        for name in names(before, after) {
            if containers.contains(name), case .object(let inner)? = facts[name],
                case .object(let old)? = before[name], case .object(let new)? = after[name]
            {
                var changed = inner
                for name in names(old, new) { changed.replace(name, new[name]) }
                result.set(name, .object(changed))
            } else {
                result.replace(name, after[name])
            }
        }
        return result
    }

    /// Returns the members whose values are not those after a change, as paths such as `keys.3`.
    package static func conflicts(_ before: JSONObject, _ after: JSONObject, with facts: JSONObject) -> [String] {
        names(before, after).flatMap { name -> [String] in
            if containers.contains(name), case .object(let old)? = before[name], case .object(let new)? = after[name] {
                let inner: JSONObject = if case .object(let inner)? = facts[name] { inner } else { [:] }
                return names(old, new).filter { inner[$0] != new[$0] }.map { "\(name).\($0)" }
            }
            return facts[name] == after[name] ? [] : [name]
        }
    }
}

extension JSONObject {
    fileprivate func keeping(_ names: [String]) -> JSONObject {
        JSONObject(names.compactMap { name in self[name].map { (name, $0) } })
    }

    /// Sets a member, or removes it.
    fileprivate mutating func replace(_ name: String, _ value: JSONValue?) {
        if let value { return set(name, value) }
        self = JSONObject(members.filter { $0.name != ExactString(name) }.map { ($0.name.text, $0.value) })
    }
}
