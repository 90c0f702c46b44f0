import Administration
import Pages

/// A rotation as the page shows it: where it stands, what to do, and how to go back.
struct RotationContext {
    let rotation: KeyRotation
    let report: ClientKeyReport
    /// Of the page of the client's keys, from the root.
    let path: String

    init(_ rotation: KeyRotation, _ report: ClientKeyReport, path: String) {
        (self.rotation, self.report, self.path) = (rotation, report, path)
    }

    private var now: UnixTime { report.now }
    private var new: String { ShownKey.name(of: rotation.new.jwk) }
    private var replaced: [ClientDetails.Key] { rotation.old.isEmpty ? rotation.retired : rotation.old }
    private var old: String {
        let names = replaced.map { ShownKey.name(of: $0.jwk) }
        return names.count < 3 ? names.joined(separator: " and ") : "\(names.count) keys"
    }
    private var isSeveral: Bool { replaced.count > 1 }
    private var theOld: String { isSeveral ? "the old keys" : "the old key" }

    var context: [String: Any] {
        var context: [String: Any] = [
            "title": "Key rotation: from \(old) to \(new)", "steps": steps, "heading": heading, "words": words,
            "facts": facts, "shares": shares, "since": since,
            "actions": actions, "here": path,
        ]
        context["warning"] = warning
        if rotation.step != .done || isShutOut { context["message"] = message }
        return context
    }

    /// The beginning of an hour, without seconds.
    private var since: String {
        let text = ShownTime.text(report.recentlySince, at: now)
        return text.count == 8 ? String(text.dropLast(3)) : text
    }

    private var steps: [[String: Any]] {
        let last = rotation.step == .done ? KeyRotation.Step.allCases.count : rotation.step.rawValue
        let titles = ["Add the new key", "See it in use", "Move the traffic", "Retire \(theOld)"]
        return titles.enumerated().map { index, title in
            let isDone = index + 1 < last && (rotation.isSeen || index == 0 || index == titles.count - 1)
            return ["title": title, "is_done": isDone, "is_current": index + 1 == rotation.step.rawValue]
        }
    }

    private var heading: String {
        switch rotation.step {
        case .add, .seeInUse: "Step 2 of 4: see the new key in use"
        case .moveTraffic: "Step 3 of 4: move the traffic"
        case .retire: "Step 4 of 4: retire \(theOld)"
        case .done: isShutOut ? "Ended, but the new key was not used" : "Done"
        }
    }

    /// Whether no key works that the client is known to use.
    private var isShutOut: Bool { rotation.step == .done && !rotation.isSeen }

    private var words: [String] {
        let verb = isSeveral ? "keep" : "keeps"
        switch rotation.step {
        case .add, .seeInUse:
            return [
                "The client can use \(new) from now on, and \(old) \(verb) working. This step ends by itself with the first request that the new key signs.",
                "If the client never switches, nothing breaks: \(theOld) \(verb) working. Ask the team again, or undo step 1.",
            ]
        case .moveTraffic:
            return [
                "Both are in use. The client has moved when \(old) \(isSeveral ? "are" : "is") not used any more: some of its instances may still have the old private key.",
                "If it never moves, nothing breaks while \(theOld) \(verb) working. With a date for the end, the rest of it is refused from then on.",
            ]
        case .retire:
            let open = rotation.old.filter { end(of: $0) == nil }.map { ShownKey.name(of: $0.jwk) }
            if hasEnd, !open.isEmpty {
                let names = open.count < 3 ? open.joined(separator: " and ") : "\(open.count) of them"
                return [
                    "The end of some of the old keys is set. \(names) \(open.count == 1 ? "has" : "have") none yet and \(open.count == 1 ? "keeps" : "keep") working: choose a date for \(open.count == 1 ? "it" : "them"), too."
                ]
            }
            return hasEnd
                ? [
                    isSeveral
                        ? "The ends are set. Until they come all keys work, and you can take each end back."
                        : "The end is set. Until then both work, and until it comes you can take it back."
                ]
                : [
                    "\(old) \(isSeveral ? "were" : "was") not used in the last 24 hours. A job that runs once a week or a month may still need \(isSeveral ? "them" : "it"): choose a date after its next run."
                ]
        case .done:
            return [
                "\(old) \(isSeveral ? "do" : "does") not work any more. If something still signs with \(isSeveral ? "them" : "it"), it is listed under Refusals as a retired key. Remove \(isSeveral ? "them" : "it") when you need no way back."
            ]
        }
    }

    /// A time in the past, with how long ago it was.
    private func ago(_ time: UnixTime) -> String {
        "\(ShownTime.text(time, at: now)), \(ShownTime.ago(time, at: now))"
    }

    private var hasEnd: Bool { rotation.old.contains { end(of: $0) != nil } }

    private func end(of key: ClientDetails.Key) -> UnixTime? {
        if case .retiring(let end)? = key.status { end } else { nil }
    }

    private var warning: String? {
        if isShutOut {
            return
                "The client is refused with \(theOld), and \(new) has not been used since it was added. Keep \(theOld) active until the client signs with the new one."
        }
        guard rotation.step == .seeInUse || rotation.step == .moveTraffic,
            let end = rotation.old.compactMap(end).min()
        else { return nil }
        return rotation.step == .seeInUse
            ? "\(theOld.prefix(1).uppercased() + theOld.dropFirst()) ends on \(ShownTime.exact(end)), \(ShownTime.distance(end, at: now)), and the new one has not been used. The client is refused from then on unless it switches. Keep the old key active if you are not sure."
            : nil
    }

    private var facts: [[String: Any]] {
        var facts: [[String: Any]] = []
        func add(_ label: String, _ text: String, badge: String? = nil) {
            var fact: [String: Any] = ["label": label, "text": text]
            fact["icon"] = badge
            facts.append(fact)
        }
        if let added = rotation.new.addedAt {
            add("\(new) was added", ago(added))
        }
        if let used = rotation.new.lastUsedAt {
            add("Last use of \(new)", ago(used))
        } else {
            add("First use of \(new)", "Not seen yet", badge: "wait")
        }
        for key in replaced {
            let name = ShownKey.name(of: key.jwk)
            add(
                "Last use of \(name)",
                key.lastUsedAt.map(ago) ?? "Never")
            if let end = end(of: key) {
                add(
                    end <= now ? "\(name) ended" : "\(name) ends",
                    "\(ShownTime.exact(end)), \(ShownTime.distance(end, at: now))")
            }
        }
        return facts
    }

    private var shares: [[String: Any]] {
        (replaced.map { ($0, true) } + [(rotation.new, false)]).map { key, isOld in
            let (recent, day) = (report.recent(of: key.jwk.thumbprint), report.day(of: key.jwk.thumbprint))
            return [
                "name": ShownKey.name(of: key.jwk), "uses": ShownNumber.of(recent.uses),
                "percent": recent.percent.map { "\($0)%" } ?? "none", "width": recent.percent ?? 0, "is_old": isOld,
                "day": ShownNumber.of(day.uses), "day_percent": day.percent.map { "\($0)%" } ?? "none",
            ]
        }
    }

    private var actions: [[String: Any]] {
        func link(
            _ key: ClientDetails.Key, _ end: EndKeyPage.End, _ text: String, isPrimary: Bool = false
        )
            -> [String: Any]
        {
            ["link": "\(path)/\(key.jwk.thumbprint)/\(end.rawValue)", "text": text, "is_primary": isPrimary]
        }
        var actions: [[String: Any]] = []
        for key in rotation.old where key.status == .active {
            let name = ShownKey.name(of: key.jwk)
            actions.append(
                rotation.step == .seeInUse
                    ? link(key, .retire, "Continue without waiting: retire \(name)…")
                    : link(key, .retire, "Retire \(name)…", isPrimary: rotation.step == .retire))
        }
        for key in replaced where key.status != .active {
            let name = ShownKey.name(of: key.jwk)
            actions.append(link(key, .activate, "Undo step 4: keep \(name) active…", isPrimary: isShutOut))
            if rotation.step == .done { actions.append(link(key, .remove, "Remove \(name)…", isPrimary: !isShutOut)) }
        }
        if rotation.step != .done {
            actions.append(link(rotation.new, .remove, "Undo step 1: remove \(new)…"))
        }
        return actions
    }

    /// For the client's team.
    private var message: String {
        let jwk = rotation.new.jwk
        let client = ShownText.of(report.details.client.id.text, limit: 255)
        let header =
            switch jwk.keyID {
            case nil: "The key has no name: leave \"kid\" out of the header."
            case let kid? where ExactString(new) == kid:
                "Sign with it now and put \"kid\": \(JSONValue.string(new).render()) in the header."
            // The name would be another one than the key's.
            case _?:
                "Sign with it now and put its \"kid\" in the header, exactly as in your key: here it can only be shown as “\(new)”."
            }
        let end = rotation.old.compactMap(end).min().map { "until \(ShownTime.exact($0)), and is refused from then on" }
        return """
            A new public key is registered for the client "\(client)".
            Its thumbprint (RFC 7638) is \(jwk.thumbprint).
            \(header)
            The old key \(old) works \(end ?? "until you have changed over: tell us when").
            """
    }
}
