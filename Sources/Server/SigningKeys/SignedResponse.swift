/// What the server signs for a client with an algorithm of the client's choice, by the member of OpenID Connect Registration §2 or RFC 9701 §6.
package enum SignedResponse: String, Sendable {
    case idToken = "id_token_signed_response_alg"
    case userInfo = "userinfo_signed_response_alg"
    case introspection = "introspection_signed_response_alg"

    /// An algorithm that a client is registered with.
    package struct Choice: Sendable, Equatable {
        package let response: SignedResponse
        package let algorithm: SignatureAlgorithm

        package init(_ response: SignedResponse, _ algorithm: SignatureAlgorithm) {
            self.response = response
            self.algorithm = algorithm
        }
    }
}

extension SignInOptions {
    /// Returns the chosen algorithms that a server does not sign with: it would answer 503 instead.
    ///
    /// - Parameter algorithms: those of the server.
    package func choices(outside algorithms: [SignatureAlgorithm]) -> [SignedResponse.Choice] {
        let choices = [
            (SignedResponse.idToken, idTokenAlgorithm), (.userInfo, userInfoAlgorithm),
            (.introspection, introspectionAlgorithm),
        ]
        return choices.compactMap { response, algorithm in
            guard let algorithm, !algorithms.contains(algorithm) else { return nil }
            return SignedResponse.Choice(response, algorithm)
        }
    }
}
