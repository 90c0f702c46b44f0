/// A request that the server must refuse, to see how it does.
enum Experiment: String, CaseIterable {
    case replay
    case changed
    case otherKey = "other-key"
    case otherAudience = "other-audience"
    case expired
    case codeTwice = "code-twice"

    /// The button.
    var title: String {
        switch self {
        case .replay: "Send the same assertion again"
        case .changed: "Change a claim after signing"
        case .otherKey: "Sign with another key"
        case .otherAudience: "Use an assertion for another server"
        case .expired: "Use an expired assertion"
        case .codeTwice: "Exchange the code twice"
        }
    }

    /// What happens and why it must be refused.
    var lesson: String {
        switch self {
        case .replay:
            "The request of step 3 once more, byte for byte, as an attacker could who found it in a log. "
                + "The assertion's jti has been used, so the last of the 24 rules refuses it."
        case .changed:
            "A fresh assertion whose exp was moved an hour ahead after it was signed. The signature covers every byte, so it no longer verifies."
        case .otherKey:
            "A fresh assertion with the right claims, signed with a key that is not registered. "
                + "Anyone who knows the client ID can make one."
        case .otherAudience:
            "A correct assertion that names another server in aud. A server that accepted it could pass on assertions it received."
        case .expired: "A correct assertion that was made ten minutes ago and expired a minute later."
        case .codeTwice:
            "The code of step 2 with a fresh, correct assertion. A second use means that it may have been stolen, so the server "
                + "refuses it and ends everything that the first use gave. Introspect the access token afterwards."
        }
    }
}
