import CountersignJOSE
import Foundation

extension BrokenClient {
    /// Faults in the assertion's encoding and header.
    static let tokens: [BrokenClient] = [
        .assertion(
            "typ is that of an access token", "wrong_type",
            told: [
                "typ: expected absent, JWT or client-authentication+jwt; found 'at+jwt'.",
                "Its typ says that it is an access token. If you sent one, ",
                "set typ to client-authentication+jwt or leave typ out.",
            ],
            untold: ["This is an access token"], header: [("typ", "at+jwt")]),
        .assertion(
            "alg is HS256", "algorithm_not_allowed",
            told: ["alg: expected one of RS256, ", "EdDSA, Ed25519, ", "found 'HS256'.", "signs with a shared secret"],
            header: [("alg", "HS256")]),
        .assertion(
            "alg is none", "algorithm_not_allowed",
            told: ["found 'none'.", "Sign the assertion with the client's private key"],
            header: [("alg", "none")]),
        .assertion(
            "alg is in lower case", "algorithm_not_allowed",
            told: ["found 'es256'.", "Write it ES256", "case-sensitive"],
            header: [("alg", "es256")]),
        .assertion(
            "the header asks for an extension", "critical_header", told: ["header: ", "'crit'"],
            header: [("crit", ["x"])]),
        .init(
            "an encrypted JWT", "malformed",
            told: ["client_assertion: ", "found five parts, which is an encrypted JWT.", "do not encrypt it"]
        ) { _ in .init(assertion: "eyJhbGciOiJSU0EtT0FFUCJ9.e30.e30.e30.e30") },
        .init(
            "padded base64", "malformed",
            told: ["client_assertion: ", "the signature has padding, '=',", "base64url without padding"]
        ) { .init(assertion: try $0.assertion() + "==") },
        .init(
            "standard base64", "malformed", told: ["'/' of ordinary base64", "- and _ in place of + and /"]
        ) { bench in
            let parts = try bench.assertion().split(separator: ".")
            return .init(assertion: "\(parts[0]).\(parts[1])/A==.\(parts[2])")
        },
        .init(
            "quotation marks around it", "malformed", told: ["without quotation marks around it"]
        ) { .init(assertion: "\"\(try $0.assertion())\"") },
        .init(
            "a trailing line break", "malformed", told: ["a line break", "Send the JWT on one line"]
        ) { .init(assertion: try $0.assertion() + "\n") },
        .init(
            "a private key in PEM", "malformed",
            told: ["found a private key in PEM.", "Never send a key", "replace it"], untold: ["MC4CAQ"]
        ) { _ in .init(assertion: "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n")
        },
        .init("two parts", "malformed", told: ["found two parts.", "the signature is missing"]) { bench in
            .init(assertion: try bench.assertion().split(separator: ".").prefix(2).joined(separator: "."))
        },
        .init("no signature after the last dot", "malformed", told: ["found an empty signature."]) { bench in
            .init(assertion: try bench.assertion().split(separator: ".").prefix(2).joined(separator: ".") + ".")
        },
        .init(
            "a duplicate claim", "malformed",
            told: ["in the claims: a member named twice, 'iss', at character ", "Name each member once."]
        ) { .init(assertion: try $0.assertion(payload: #"{"iss":"billing","sub":"billing","iss":"x"}"#)) },
        .init(
            "a Bearer prefix", "malformed", told: ["Leave out the word 'Bearer'."],
            untold: ["line break", " + "]
        ) { .init(assertion: "Bearer " + (try $0.assertion())) },
        .init(
            "a trailing space", "malformed", told: ["Leave out the space at the end."], untold: [" + "]
        ) { .init(assertion: try $0.assertion() + " ") },
        .init(
            "a leading byte order mark", "malformed", told: ["found a byte order mark at the beginning."]
        ) { .init(assertion: "\u{FEFF}" + (try $0.assertion())) },
        .init(
            "a Python bytes literal", "malformed", told: ["the Python form of bytes", "assertion.decode('ascii')"]
        ) { .init(assertion: "b'\(try $0.assertion())'") },
        .init("a file's name", "malformed", told: ["found a file's name after @"]) { _ in
            .init(assertion: "@assertion.jwt")
        },
        .init("a variable's name", "malformed", told: ["found the name of a variable, not its value."]) { _ in
            .init(assertion: "$ASSERTION")
        },
        .init("only the claims", "malformed", told: ["found a JSON object", "Sign the claims with a JWT library"]) {
            _ in
            .init(assertion: #"{"iss":"billing","sub":"billing","aud":"https://as.example.com"}"#)
        },
        .init(
            "claims serialized twice", "malformed",
            told: ["they were serialized twice: sign the object itself."]
        ) { .init(assertion: try $0.assertion(payload: #""{\"iss\":\"billing\"}""#)) },
        .assertion(
            "kid is a number", "malformed",
            told: ["kid is a number, not a string", "Send kid as a JSON string, in quotation marks."],
            header: [("kid", .number(1))]),
        .init(
            "a signature in hexadecimal DER", "bad_signature",
            told: ["hexadecimal digits of ASN.1 DER", "r and s side by side", "encode those bytes once, in base64url"]
        ) { bench in
            let parts = try bench.assertion().split(separator: ".")
            return .init(
                assertion: "\(parts[0]).\(parts[1])."
                    + Base64URL.encode(
                        Array(
                            ("30440220" + String(repeating: "1", count: 64) + "0220"
                                + String(repeating: "1", count: 64)).utf8)))
        },
        .init(
            "a signature in DER", "bad_signature",
            told: ["signature: expected 64 bytes for ES256", "ASN.1 DER", "r and s"]
        ) { bench in
            let parts = try bench.assertion().split(separator: ".")
            let integer: [UInt8] = [0x02, 0x20] + [UInt8](repeating: 0x11, count: 32)
            let signature = [0x30, 0x44] + integer + integer
            return .init(assertion: "\(parts[0]).\(parts[1]).\(Base64URL.encode(signature))")
        },
    ]
}
