import CountersignJOSE

extension BrokenClient {
    /// Faults that depend on the registration. Before a key is proved the caller gets a reference, and the operator the details.
    static let keys: [BrokenClient] = [
        .assertion(
            "an expired certificate", "certificate_expired",
            told: [
                "certificate: expected one that is valid at 20",
                "found CN=lapsed, which expired on 2023-11-14T22:13:20Z, ",
                " days ago. Give the operator a renewed certificate",
            ],
            explained: ["certificate_expired", "--certificate FILE"], client: "lapsed"),
        .assertion(
            "a kid that is not registered", "invalid_client",
            told: ["Client authentication failed.", "under reference "],
            untold: ["kid", "k1"],
            explained: [
                "no_matching_key", "kid 'k2'", "'k1': another kid (thumbprint ",
                "If the key is a registered one (compare thumbprints), send its kid; if it is new, have it registered.",
                "the keys were registered for the client, the newest at 2027-01-15T08:00:00Z",
            ], header: [("kid", "k2")]),
        .assertion(
            "a client that is not registered", "invalid_client", told: ["Client authentication failed."],
            untold: ["nobody"],
            explained: ["unknown_client", "'nobody' is not registered", "countersign client add --id nobody --data "],
            client: "nobody"),
        .assertion(
            "a disabled client", "invalid_client", told: ["Client authentication failed."], untold: ["disabled"],
            explained: [
                "unknown_client", "countersign client enable disabled --data ", "Nothing to change in the client",
                "RFC 7523 §3, /errors/unknown_client",
            ], client: "disabled"),
        .assertion(
            "a client ID in upper case", "invalid_client", told: ["Client authentication failed."],
            untold: ["billing", "case"],
            explained: ["The client 'billing' is registered, and the ID that was sent differs in upper and lower case"],
            client: "BILLING"),
        .assertion(
            "a misspelled client ID", "invalid_client", told: ["Client authentication failed."],
            untold: ["billing"],
            explained: [
                "The client 'billing' is registered, with a similar ID: if that one is meant, the client has to send it"
            ],
            client: "biling"),
        .assertion(
            "a client's name for its ID", "invalid_client", told: ["Client authentication failed."], untold: ["pinned"],
            explained: ["The client 'pinned' is registered, and the client's name was sent instead of its ID"],
            client: "Acme Pinned"),
        .assertion(
            "a client ID with a trailing space", "invalid_client", told: ["Client authentication failed."],
            untold: ["billing", "space"],
            explained: [
                "The client 'billing' is registered, and the ID that was sent has white space around it",
                "countersign client add --id 'billing ' --data ",
            ], client: "billing "),
        .assertion(
            "an algorithm that the registered key does not support", "invalid_client",
            told: ["Client authentication failed."],
            untold: ["RSA"],
            explained: [
                "no_matching_key",
                "The registered key is RSA, which signs RS256, RS384, RS512, PS256, PS384 or PS512: sign with it, or have your "
                    + "other key registered.",
            ], client: "rsa"),
        .init(
            "another key", "invalid_client", told: ["Client authentication failed."], untold: ["signature"],
            explained: [
                "bad_signature", "found     the key 'k1' with thumbprint ", " does not verify it",
                "Sign with the private half of that key",
                "the ASCII text header.claims exactly as sent, hashed once with SHA-256",
                "shows whether a registered key made the signature, and how",
            ]
        ) { .init(assertion: try $0.assertion(key: .generate(.es256))) },
    ]
}
