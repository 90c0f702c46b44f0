/// OpenID Connect Core §3.1.2.6: parameters that hold a whole request, or a registration, are refused and not ignored: what they say may
/// differ from the other parameters.
enum UnsupportedParameters {
    private static let codes: [(parameter: String, code: OAuthError.Code)] = [
        ("request", .requestNotSupported), ("request_uri", .requestURINotSupported),
        ("registration", .registrationNotSupported),
    ]

    static func check(_ form: Form) throws(OAuthError) {
        for (parameter, code) in codes where form.bytes(parameter) != nil {
            throw OAuthError(
                code, "The parameter \(parameter) is not supported. Send the parameters of the request themselves.")
        }
    }
}
