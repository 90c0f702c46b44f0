/// How often the keys of a client were used, and what the server has read of its key set, as the admin API answers it.
package struct KeyUsesDocument: Sendable, Equatable {
    /// Of the last eight days, the earliest hour first.
    package let hours: [HourlyKeyUses]
    /// Of the key set at its `jwks_uri`, the latest first.
    package let fetches: [KeySetFetch]

    package init(hours: [HourlyKeyUses], fetches: [KeySetFetch]) {
        (self.hours, self.fetches) = (hours, fetches)
    }

    package var json: JSONObject {
        [
            "hours": .array(
                hours.map { hour -> JSONObject in
                    [
                        "thumbprint": .string(hour.thumbprint), "hour": .string(hour.hour.text),
                        "uses": .number(hour.count),
                    ]
                }), "fetches": .array(fetches.map(\.json)),
        ]
    }

    /// - Parameter answer: as `json` renders it.
    package init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        hours = reader.objects("hours") { object throws(InvalidDocument) in
            var reader = DocumentReader(object)
            let uses = HourlyKeyUses(
                thumbprint: reader.requiredText("thumbprint"), hour: reader.requiredTime("hour"),
                count: reader.requiredCount("uses"))
            try reader.finishIgnoringOthers()
            return uses
        }
        fetches = reader.objects("fetches") { object throws(InvalidDocument) in try KeySetFetch(answer: object) }
        try reader.finishIgnoringOthers()
    }
}

extension KeySetFetch {
    package var json: JSONObject {
        var object: JSONObject = [
            "at": .string(at.text), "milliseconds": .number(Int(duration / .milliseconds(1))), "keys": .null,
            "refused": .null, "changed": .boolean(false), "problem": .null,
        ]
        switch outcome {
        case .received(let keys, let refused, let isChanged):
            object.set("keys", .number(keys))
            object.set("refused", .number(refused))
            object.set("changed", .boolean(isChanged))
        case .notModified: break
        case .failed(let problem): object.set("problem", .string(problem))
        }
        return object
    }

    /// - Parameter answer: as `json` renders it.
    init(answer object: JSONObject) throws(InvalidDocument) {
        var reader = DocumentReader(object)
        let outcome: Outcome =
            if let problem = reader.text("problem", isNullable: true) {
                .failed(problem: problem)
            } else if let keys = reader.integer("keys", in: 0...Int.max, isNullable: true) {
                .received(
                    keys: keys, refused: reader.integer("refused", in: 0...Int.max, isNullable: true) ?? 0,
                    isChanged: reader.requiredBoolean("changed"))
            } else {
                .notModified
            }
        self.init(
            at: reader.requiredTime("at"), duration: .milliseconds(reader.requiredCount("milliseconds")),
            outcome: outcome)
        try reader.finishIgnoringOthers()
    }
}
