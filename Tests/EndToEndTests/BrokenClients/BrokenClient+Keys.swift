import CountersignJOSE

extension BrokenClient {
    /// Faults that depend on what is registered. Until a key is proved the caller reads a reference and the operator the rest.
    static let keys: [BrokenClient] = [
        .assertion(
            "an expired certificate", "certificate_expired",
            told: [
                "certificate: expected one that is valid at 20",
                "found CN=lapsed is valid 1970-01-01T00:00:00Z to 2023-11-14T22:13:20Z.",
            ],
            explained: ["certificate_expired", "--certificate FILE"], client: "lapsed"),
        .assertion(
            "a kid that is not registered", "invalid_client",
            told: ["Client authentication failed.", "under reference "],
            untold: ["kid", "k1"],
            explained: [
                "no_matching_key", "kid 'k2'", "'k1': another kid",
                "the keys were registered for the client, the newest at 2027-01-15T08:00:00Z",
            ], header: [("kid", "k2")]),
        .assertion(
            "a client that is not registered", "invalid_client", told: ["Client authentication failed."],
            untold: ["nobody"],
            explained: ["unknown_client", "'nobody' is not registered", "countersign client add --id nobody"],
            client: "nobody"),
        .assertion(
            "a disabled client", "invalid_client", told: ["Client authentication failed."], untold: ["disabled"],
            explained: ["unknown_client", "countersign client enable disabled"], client: "disabled"),
        .init(
            "another key", "invalid_client", told: ["Client authentication failed."], untold: ["signature"],
            explained: [
                "bad_signature", "the registered key does not verify it", "private key whose public half is registered",
            ]
        ) { .init(assertion: try $0.assertion(key: .generate(.es256))) },
    ]
}
