/// Rule 9, RFC 7521 §4.2: a `client_id` parameter, if sent, equals the assertion's subject.
enum ClientIDParameterRule {
    static func check(_ parameter: ClientID?, names subject: ClientID) throws(Rejection) {
        guard let parameter else { return }
        guard parameter == subject else { throw .clientIDMismatch(parameter: parameter, subject: subject) }
    }
}
