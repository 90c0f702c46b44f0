import Countersign

extension BrokenClient {
    /// Clock and time faults.
    static let times: [BrokenClient] = [
        .assertion(
            "the clock is 2 h behind", "expired",
            told: [
                "exp: expected a time after the server's clock, 20", "Z), 119 min ago, iat 2 h ago.",
                "If the client's clock is 2 h behind, synchronise it and leave the claims as they are.",
                "If it is right, local time was mixed up with UTC", "or the assertion is 2 h old",
            ], untold: ["Set exp", "Set iat"], times: ["iat": -7200, "exp": -7140]),
        .assertion(
            "the clock is 2 h ahead", "lifetime_too_long",
            told: [
                "exp: expected at most 1 h ahead of the server's clock, 20", "iat 2 h ahead.",
                "If the client's clock is 2 h ahead, synchronise it and leave the claims as they are.",
                "If it is right, local time was mixed up with UTC",
            ], untold: ["Set exp", "Set iat"], times: ["iat": 7200, "exp": 7260]),
        .assertion(
            "the clock is 20 min ahead", "issued_in_future",
            told: ["iat: ", "The client's clock is 20 min ahead: synchronise it, and leave the claims as they are."],
            untold: ["Set iat", "local time"], times: ["iat": 1200, "exp": 1260]),
        .assertion(
            "the clock is 20 min ahead, with nbf", "not_yet_valid",
            told: ["nbf: ", "The client's clock is 20 min ahead: synchronise it, and leave the claims as they are."],
            untold: ["Leave nbf out"], times: ["iat": 1200, "nbf": 1200, "exp": 1260]),
        .assertion(
            "an hour-old assertion without iat", "expired",
            told: ["exp: ", "58 min ago", "sign a new assertion for each request", "its clock is behind"],
            claims: [("iat", nil)], times: ["exp": -3490]),
        .init(
            "exp in milliseconds", "lifetime_too_long",
            told: ["exp: ", "000, which is in milliseconds.", "Send seconds since 1970, here "],
            untold: ["clock is", "Set exp", "days"]
        ) { bench in
            let milliseconds = (UnixTime.now.seconds + 60) * 1000
            return .init(assertion: try bench.assertion(claims: [("exp", .number(milliseconds))]))
        },
        .init(
            "iat in milliseconds", "issued_in_future", told: ["iat: ", "000, which is in milliseconds."],
            untold: ["clock is", "later than iat"]
        ) { bench in
            let milliseconds = UnixTime.now.seconds * 1000
            return .init(assertion: try bench.assertion(claims: [("iat", .number(milliseconds))]))
        },
        .assertion(
            "exp is a duration", "expired",
            told: [
                "exp: ", "found 300 (1970-01-01T00:05:00Z)", "Send a point in time in seconds since 1970, such as ",
            ],
            untold: ["clock is", "synchronise"], claims: [("exp", .number(300))]),
        .assertion(
            "exp a day ahead", "lifetime_too_long",
            told: [
                "exp: expected at most 1 h ahead of", "24 h ahead.", "Set exp to one to five minutes after signing.",
            ],
            untold: ["synchronise", "iat"], times: ["exp": 86_400]),
        .assertion(
            "exp before iat", "expired", told: ["exp must be later than iat"], untold: ["synchronise"],
            times: ["exp": -60]),
    ]
}
