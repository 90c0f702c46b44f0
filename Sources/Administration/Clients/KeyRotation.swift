@_exported import Server

/// A rotation of a client's own keys, as far as the keys themselves show it.
///
/// Nothing of it is stored, so it cannot contradict the keys: the newest active key replaces those that were added before it. Everybody who
/// looks sees the same, after a restart as well.
package struct KeyRotation: Sendable {
    package enum Step: Int, Sendable, CaseIterable {
        case add = 1
        /// The new key has not been used yet.
        case seeInUse
        /// Both keys are in use.
        case moveTraffic
        /// An old key has an end that has not come, or was not used for a day.
        case retire
        /// No old key works any more.
        case done
    }

    package let new: ClientDetails.Key
    /// The keys that the new one replaces and that still work.
    package let old: [ClientDetails.Key]
    /// The keys that it has replaced, which do not work any more, and are still registered.
    package let retired: [ClientDetails.Key]
    package let step: Step
    /// Whether the new key was used since it was added.
    package let isSeen: Bool

    /// How long after a new key was added the keys before it count as old, if nothing says that they have an end: a client may have two keys for
    /// good.
    package static let window: Duration = .seconds(90 * 86_400)
    /// How long the end of a rotation is shown.
    package static let shownAfterEnd: Duration = .seconds(14 * 86_400)

    init?(_ details: ClientDetails, _ report: ClientKeyReport) {
        guard details.registration.keySource == .own else { return nil }
        let now = report.now
        let keys = details.keysInForce
        let active = keys.filter { $0.status == .active && $0.addedAt != nil }
        guard let new = active.max(by: { $0.added < $1.added }) else { return nil }
        let before = keys.filter { $0.added < new.added && $0.jwk.thumbprint != new.jwk.thumbprint }
        let old = before.filter { $0.status?.allowsUse(at: now) == true }
        let retired = before.filter {
            if case .retiring(let end)? = $0.status { end <= now && now < end + Self.shownAfterEnd } else { false }
        }
        let hasEnd = old.contains { $0.status != .active }
        guard !retired.isEmpty && old.isEmpty || !old.isEmpty && (hasEnd || now < new.added + Self.window) else {
            return nil
        }
        (self.new, self.old, self.retired) = (new, old, retired)
        isSeen = new.lastUsedAt.map { $0 >= new.added } ?? false
        let hasTraffic = old.contains { report.day(of: $0.jwk.thumbprint).uses > 0 }
        step =
            if old.isEmpty {
                .done
            } else if !isSeen {
                .seeInUse
            } else if old.allSatisfy({ $0.status != .active }) || !hasTraffic {
                .retire
            } else {
                .moveTraffic
            }
    }

    package var json: JSONObject {
        [
            "step": .string(step.name), "new": .string(new.jwk.thumbprint), "new_was_used": .boolean(isSeen),
            "old": .array(old.map { .string($0.jwk.thumbprint) }),
            "retired": .array(retired.map { .string($0.jwk.thumbprint) }),
        ]
    }
}

extension KeyRotation.Step {
    fileprivate var name: String {
        switch self {
        case .add: "add"
        case .seeInUse: "see_in_use"
        case .moveTraffic: "move_traffic"
        case .retire: "retire"
        case .done: "done"
        }
    }
}

extension ClientDetails.Key {
    fileprivate var added: UnixTime { addedAt ?? .distantPast }
}
