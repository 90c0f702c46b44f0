/// Rule 10, RFC 7523 §3: the client exists, is enabled and is registered for `private_key_jwt`.
enum RegisteredClientRule {
    static func check(_ client: RegisteredClient?, id: ClientID) throws(Rejection) -> RegisteredClient {
        guard let client else { throw .unknownClient(id, .notRegistered) }
        guard client.isEnabled else { throw .unknownClient(id, .disabled) }
        switch client.authenticationMethod {
        case .privateKeyJWT: return client
        case .clientSecretBasic, .clientSecretPost, .none:
            throw .unknownClient(id, .otherMethod(client.authenticationMethod))
        }
    }
}
