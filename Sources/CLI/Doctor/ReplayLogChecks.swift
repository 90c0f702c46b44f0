import Countersign
import Store

/// What can be wrong with the log of used assertions.
enum ReplayLogChecks {
    /// - Parameter maximum: `replay.maximum_live_claims`.
    static func findings(_ facts: ReplayLogFacts, maximum: Int, now: UnixTime) -> [Finding] {
        var findings: [Finding] = []
        let remedy = "raise replay.maximum_live_claims, or shorten assertions.maximum_lifetime_minutes"
        if facts.claims >= maximum {
            findings.append(
                Finding(
                    .problem, .replay,
                    "\(facts.claims) used assertions are remembered, and \(maximum) are allowed: new ones get 503.",
                    remedy: remedy))
        } else if facts.claims >= maximum / 5 * 4, maximum >= 5 {
            findings.append(
                Finding(
                    .warning, .replay, "\(facts.claims) used assertions are remembered, and \(maximum) are allowed.",
                    remedy: remedy))
        }
        if facts.sweptUntil > now {
            findings.append(
                Finding(
                    .problem, .replay,
                    "The clock ran ahead, and used assertions were forgotten: assertions that expire by "
                        + "\(facts.sweptUntil.text) get 503.",
                    remedy:
                        "correct the clock; then wait until that time, or see [replay] in docs/configuration.md"
                ))
        }
        return findings
    }
}
