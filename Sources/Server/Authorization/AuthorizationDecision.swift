/// What has to happen before an authorization request can be granted.
enum AuthorizationDecision: Sendable, Equatable {
    /// Somebody has to sign in, or to prove again who they are.
    case signIn
    case consent
    case refuse(OAuthError)
    case grant

    /// Decides whether the person in the browser is the right one, and has signed in recently enough.
    ///
    /// - Parameters:
    ///   - signedIn: who is signed in, if anybody.
    ///   - subject: that person's `sub` for the client.
    ///   - begunAt: when the request arrived; a sign-in since then is an answer to it. `nil` for a request that has just arrived.
    static func authentication(
        for request: AuthorizationRequest, of signedIn: SignedInUser?, subject: String?, begunAt: UnixTime?,
        at now: UnixTime
    ) -> AuthorizationDecision {
        let time = signedIn?.session.authenticatedAt
        let isAnswer = if let time, let begunAt { time >= begunAt } else { false }
        let isRightPerson = request.hintedSubject == nil || request.hintedSubject == subject
        guard signedIn != nil, isRightPerson, isAnswer || isRecentEnough(time, request, at: now) else {
            // OpenID Connect Core §3.1.2.1: somebody else than the client expects has just signed in.
            if isAnswer {
                return .refuse(OAuthError(.loginRequired, "Another person signed in than id_token_hint names."))
            }
            guard !request.prompts.contains(.none) else {
                return .refuse(
                    OAuthError(
                        .loginRequired,
                        signedIn == nil ? "Nobody is signed in in this browser." : "The person has to sign in again."))
            }
            return .signIn
        }
        return .grant
    }

    private static func isRecentEnough(
        _ time: UnixTime?, _ request: AuthorizationRequest, at now: UnixTime
    ) -> Bool {
        guard let time, request.prompts.isDisjoint(with: [.login, .selectAccount]) else { return false }
        return request.maximumAge.map { now < time + $0 } ?? true
    }

    /// Decides whether the person has to be asked what the client may have.
    ///
    /// - Parameter consent: what they have allowed before.
    static func consent(for request: AuthorizationRequest, _ consent: ConsentRecord?) -> AuthorizationDecision {
        guard !request.client.signIn.skipsConsent else { return .grant }
        let isRemembered =
            request.canRememberConsent
            && consent?.covers(scopes: request.consentScopes, resources: request.resourceURIs) == true
        guard !isRemembered || request.prompts.contains(.consent) else { return .grant }
        guard !request.prompts.contains(.none) else {
            return .refuse(OAuthError(.consentRequired, "The person has not allowed this yet."))
        }
        return .consent
    }
}

extension AuthorizationRequest {
    /// RFC 8252 §8.6: any program on a person's machine can send the identifier of a public client and receive the code on loopback or
    /// under a scheme of its own, so such a client gets nothing without the person.
    var canRememberConsent: Bool { !client.isPublic || destination.redirectURI.hasPrefix("https://") }

    /// `prompt` of the same request for another person: who is asked for consent if this one was.
    var promptsOfAnotherAccount: String {
        let others: [Prompt] = [.selectAccount] + (prompts.contains(.consent) ? [.consent] : [])
        return others.map(\.rawValue).joined(separator: " ")
    }
}
