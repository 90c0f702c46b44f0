extension RejectionExplanation {
    /// Rule 17: the audience that was sent, and the one difference from an accepted one that matters.
    ///
    /// - Parameter aliases: the number of further accepted audiences; callers do not learn which.
    static func audience(
        _ sent: Audience, _ accepted: [String], aliases: Int, _ profile: AudienceProfile
    ) -> RejectionExplanation {
        let names = accepted.map { quoted($0) }.joined(separator: " or ")
        let expected: String
        let found: String
        let remedy: String
        switch sent {
        case .one(let name):
            let difference = AudienceDifference.nearest(name.text, among: accepted)
            let target = difference?.accepted ?? accepted.first ?? ""
            expected = names
            found =
                JSONValue.string(name).displayed
                + (difference.map { " (\($0.parts.joined(separator: "; ")))" } ?? "")
            remedy = "Set aud to \(quoted(target)), byte for byte."
        case .many(let names_):
            expected = "\(profile.form) \(names)"
            found = JSONValue.array(names_.map { .string($0) }).displayed
            remedy = "Send aud as one string, \(quoted(accepted.first ?? ""))."
        }
        return RejectionExplanation(
            expected: expected, found: found, clientRemedy: remedy,
            operatorRemedies: [.acceptAudience(aliases: aliases)]
                + (profile == .legacy ? [] : [.acceptFurtherAudiences]))
    }
}

extension AudienceProfile {
    /// The form of `aud` that the profile requires; the accepted values follow.
    fileprivate var form: String {
        switch self {
        case .compatible, .strict: "one audience,"
        case .fapi: "a string,"
        case .legacy: "an array with"
        }
    }
}
