/// `max_age` (OpenID Connect Core §3.1.2.1): the maximum age of the sign-in.
enum MaximumAge {
    static func requested(in form: Form) throws(OAuthError) -> Duration? {
        guard let sent = form.text("max_age") else { return nil }
        // A hundred years are enough, and cannot overflow.
        guard sent.utf8.count <= 10, sent.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(sent)
        else {
            throw OAuthError(
                .invalidRequest, "max_age: expected a number of seconds; found \(SentCredentials.quoted(sent)).")
        }
        return .seconds(seconds)
    }
}
