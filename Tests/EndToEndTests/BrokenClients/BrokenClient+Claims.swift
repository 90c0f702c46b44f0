import CountersignJOSE

extension BrokenClient {
    /// Faults in claims other than times, and claims of the wrong JSON type.
    static let claims: [BrokenClient] = [
        .assertion(
            "exp is a string", "wrong_claim_type",
            told: [
                "exp: expected a number, seconds since 1970; found the string '1795616468'.",
                "Send exp as a JSON number, without quotation marks.",
            ], untold: ["expired", "clock"], claims: [("exp", "1795616468")]),
        .assertion(
            "iat is a date as text", "wrong_claim_type",
            told: [
                "iat: ", "found the string '2026-11-25T10:00:00Z'",
                "a whole number of seconds since 1970, not as a text",
            ],
            untold: ["future", "clock"], claims: [("iat", "2026-11-25T10:00:00Z")]),
        .assertion(
            "aud is the token endpoint with a slash", "wrong_audience",
            told: [
                "aud: expected 'ISSUER' or 'ISSUER/oauth2/token'; found the string 'ISSUER/oauth2/token/' (with a / at its end).",
                "Set aud to 'ISSUER/oauth2/token', byte for byte.",
            ], untold: ["array"], claims: [("aud", "ISSUER/oauth2/token/")]),
        .assertion(
            "aud has localhost instead of 127.0.0.1", "wrong_audience",
            told: [
                "found the string 'LOCALHOST' (localhost is not 127.0.0.1).", "Set aud to 'ISSUER', byte for byte.",
            ],
            untold: ["array"], claims: [("aud", "LOCALHOST")]),
        .assertion(
            "aud has https instead of http", "wrong_audience",
            told: ["found the string 'SECURE' (https is not http).", "Set aud to 'ISSUER', byte for byte."],
            claims: [("aud", "SECURE")]),
        .assertion(
            "aud ends with a line break", "wrong_audience",
            told: [
                "found the string 'ISSUER<U+000A>' (white space around it).", "Set aud to 'ISSUER', byte for byte.",
            ], claims: [("aud", "ISSUER\n")]),
        .assertion(
            "aud is another server", "wrong_audience",
            told: ["found the string 'https://other.example'.", "Set aud to 'ISSUER', byte for byte."],
            claims: [("aud", "https://other.example")]),
        .assertion(
            "aud is an array of two", "wrong_audience",
            told: [
                "aud: expected one audience, 'ISSUER' or 'ISSUER/oauth2/token'; found an array of 2: 'ISSUER', "
                    + "'ISSUER/oauth2/token'.", "Send aud as one string, 'ISSUER'.",
            ], claims: [("aud", ["ISSUER", "ISSUER/oauth2/token"])]),
        .assertion(
            "aud is a number", "wrong_claim_type",
            told: ["aud: expected a string, or an array of exactly one string; found the number 42."],
            claims: [("aud", .number(42))]),
        .assertion(
            "no jti", "missing_claim",
            told: ["jti: expected a string of 1 to 256 bytes", "found no jti.", "a new one for each assertion"],
            untold: ["legacy"], claims: [("jti", nil)]),
        .assertion(
            "jti is a number", "wrong_claim_type",
            told: ["jti: expected a string; found the number 7.", "Send jti as a JSON string, in quotation marks."],
            claims: [("jti", .number(7))]),
        .assertion(
            "no aud", "missing_claim", told: ["aud: ", "found no aud.", "Set aud to 'ISSUER'."], untold: ["metadata"],
            claims: [("aud", nil)]),
        .assertion(
            "exp is null", "wrong_claim_type",
            told: ["exp: ", "found null.", "The value was not set: send a number, seconds since 1970."],
            untold: ["as a text"], claims: [("exp", .null)]),
        .assertion("jti is empty", "missing_claim", told: ["jti: ", "found the empty string."], claims: [("jti", "")]),
        .assertion(
            "jti has 300 bytes", "missing_claim", told: ["of 1 to 256 bytes", "found a string of 300 bytes."],
            claims: [("jti", .string(String(repeating: "j", count: 300)))]),
        .assertion(
            "iss is a name", "issuer_subject_mismatch",
            told: ["found iss 'Acme Billing' and sub 'billing'.", "Set iss and sub to the client ID"],
            claims: [("iss", "Acme Billing")]),
        .assertion(
            "no sub", "missing_claim", told: ["sub: ", "found no sub.", "Set sub to the client ID."],
            claims: [("sub", nil)]),
        .init(
            "the client_id parameter differs", "client_id_mismatch",
            told: [
                "client_id: expected 'billing', the sub of the assertion; found 'shipping'.",
                "Leave the parameter client_id out",
            ]
        ) { .init(assertion: try $0.assertion()).with([("client_id", "shipping")]) },
    ]
}
