import CountersignJOSE

extension BrokenClient {
    /// Faults in the request around a valid assertion.
    static let requests: [BrokenClient] = [
        .init(
            "a secret and an assertion", "invalid_request",
            told: ["in two ways, by client_secret and by client_assertion.", "Leave client_secret out."],
            untold: ["Authorization"]
        ) { .init(assertion: try $0.assertion()).with([("client_secret", "s")]) },
        .init(
            "Basic and an assertion", "invalid_request",
            told: [
                "in two ways, by the Authorization header (Basic) and by client_assertion. Leave the Authorization header out."
            ],
            untold: ["client_secret"]
        ) { bench in
            var request = BrokenRequest(assertion: try bench.assertion())
            request.authorization = "Basic YmlsbGluZzpz"
            return request
        },
        .init(
            "Basic alone", "invalid_client",
            told: [
                "The Authorization header (Basic) does not authenticate a client here: leave it out.",
                "send client_assertion, a JWT signed",
            ]
        ) { bench in
            var request = BrokenRequest(assertion: "").with([("client_assertion", nil), ("client_assertion_type", nil)])
            request.authorization = "Basic YmlsbGluZzpz"
            return request
        },
        .init(
            "the assertion in another parameter", "invalid_request",
            told: ["The parameter 'assertion' contains a JWT: send it as client_assertion."]
        ) { bench in
            let assertion = try bench.assertion()
            return .init(assertion: "").with([("client_assertion", nil), ("assertion", assertion)])
        },
        .init("an empty assertion", "invalid_request", told: ["or with an empty one"]) { _ in .init(assertion: "") },
        .init(
            "no client_assertion_type", "invalid_request",
            told: ["Add client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer."]
        ) { .init(assertion: try $0.assertion()).with([("client_assertion_type", nil)]) },
        .init(
            "the SAML assertion type", "invalid_request",
            told: [
                "client_assertion_type: expected urn:ietf:params:oauth:client-assertion-type:jwt-bearer; found "
                    + "'urn:ietf:params:oauth:client-assertion-type:saml2-bearer'."
            ]
        ) { bench in
            .init(assertion: try bench.assertion()).with([
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer")
            ])
        },
        .init(
            "the assertion type, encoded twice", "invalid_request",
            told: [
                "found 'urn%3Aietf%3A", "It was percent-encoded twice: pass the plain text to the form encoder.",
            ]
        ) { bench in
            .init(assertion: try bench.assertion()).with([
                ("client_assertion_type", "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer")
            ])
        },
        .init(
            "a scope that is not registered", "invalid_scope",
            told: ["scope: not registered for this client: 'admin'.", "It may ask for: 'read', 'write'."]
        ) { .init(assertion: try $0.assertion()).with([("scope", "admin")]) },
        .init(
            "one scope of three is refused", "invalid_scope",
            told: ["not registered for this client: 'WRITE'.", "'write' is registered"],
            untold: ["client: 'read'"]
        ) { .init(assertion: try $0.assertion()).with([("scope", "read WRITE openid")]) },
        .init(
            "scopes with a comma", "invalid_scope", told: ["'read,write'", "Scopes are separated by spaces."]
        ) { .init(assertion: try $0.assertion()).with([("scope", "read,write")]) },
        .init(
            "no grant_type", "invalid_request", told: ["grant_type is missing", "Send grant_type=client_credentials."]
        ) { .init(assertion: try $0.assertion()).with([("grant_type", nil)]) },
        .init(
            "an unknown grant_type", "unsupported_grant_type",
            told: ["grant_type: expected authorization_code, refresh_token or client_credentials; found 'password'. "],
            untold: ["JWT"]
        ) { .init(assertion: try $0.assertion()).with([("grant_type", "password")]) },
        .init(
            "the JWT bearer grant", "unsupported_grant_type",
            told: ["found 'urn:ietf:params:oauth:grant-type:jwt-bearer'.", "belongs in client_assertion"]
        ) { bench in
            .init(assertion: try bench.assertion()).with([("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")]
            )
        },
        .init(
            "GET instead of POST", "invalid_request",
            told: ["answers POST only; the request was 'GET'.", "in the body of a POST"]
        ) { bench in
            var request = BrokenRequest(assertion: try bench.assertion())
            request.method = "GET"
            return request
        },
        .init(
            "JSON instead of a form", "invalid_request",
            told: [
                "Content-Type: expected application/x-www-form-urlencoded", "found 'application/json'.", "name=value",
            ]
        ) { bench in
            var request = BrokenRequest(assertion: "")
            request.contentType = "application/json"
            request.body = #"{"grant_type":"client_credentials","client_assertion":"\#(try bench.assertion())"}"#
            return request
        },
        .init(
            "JSON declared as a form", "invalid_request",
            told: ["The body is JSON although Content-Type says that it is a form.", "name=value"],
            untold: ["grant_type"]
        ) { bench in
            var request = BrokenRequest(assertion: "")
            request.body = #"{"grant_type":"client_credentials","client_assertion":"\#(try bench.assertion())"}"#
            return request
        },
        .init(
            "everything in the query", "invalid_request",
            told: [
                "The parameters grant_type, client_assertion and client_assertion_type were sent in the query string.",
                "Send them in the request body.",
            ], untold: ["Content-Type"]
        ) { bench in
            var request = BrokenRequest(assertion: "")
            request.query = "?" + TestServer.encode(TestServer.parameters(try bench.assertion()))
            request.contentType = ""
            request.body = ""
            return request
        },
        .init(
            "the grant_type in the query", "invalid_request",
            told: ["The parameter grant_type was sent in the query string. Send it in the request body."],
            untold: ["missing"]
        ) { bench in
            var request = BrokenRequest(assertion: try bench.assertion()).with([("grant_type", nil)])
            request.query = "?grant_type=client_credentials"
            return request
        },
        .init(
            "the assertion in the query", "invalid_request",
            told: ["client_assertion was sent in the query string. Send it in the request body."]
        ) { bench in
            var request = BrokenRequest(assertion: "").with([("client_assertion", nil)])
            request.query = "?client_assertion=\(try bench.assertion())"
            return request
        },
    ]
}
