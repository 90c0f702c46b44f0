/// Checks of the log of used assertions.
package enum ReplayLogChecks {
    /// - Parameter maximum: the maximum number of live claims.
    package static func findings(_ facts: ReplayLogFacts, maximum: Int, now: UnixTime) -> [Finding] {
        var findings: [Finding] = []
        if facts.claims >= maximum {
            findings.append(
                Finding(
                    .problem, .replay,
                    "\(facts.claims) used assertions are remembered, and \(maximum) are allowed: new ones get 503.",
                    remedy: .raiseReplayLimit))
        } else if facts.claims >= maximum / 5 * 4, maximum >= 5 {
            findings.append(
                Finding(
                    .warning, .replay, "\(facts.claims) used assertions are remembered, and \(maximum) are allowed.",
                    remedy: .raiseReplayLimit))
        }
        if facts.sweptUntil > now {
            findings.append(
                Finding(
                    .problem, .replay,
                    "The clock ran ahead, and used assertions were forgotten: assertions that expire by "
                        + "\(facts.sweptUntil.text) get 503.",
                    remedy: .correctClock))
        }
        return findings
    }
}
