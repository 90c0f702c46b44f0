/// The next step of an authorization request.
enum AuthorizationDecision: Sendable, Equatable {
    /// Sign-in or reauthentication is required.
    case signIn
    case consent
    case refuse(OAuthError)
    case grant

    /// The time for which a sign-in satisfies `prompt` and `max_age` of the request that it was made for.
    static let answerLifetime: Duration = .seconds(300)

    /// Decides whether the person in the browser is the right one, and has signed in recently enough.
    ///
    /// - Parameters:
    ///   - signedIn: the person who is signed in; `nil` if there is none.
    ///   - subject: that person's `sub` for the client.
    ///   - answer: the sign-in for this request, if its ticket has one. Sign-ins for other requests do not satisfy `prompt=login`.
    static func authentication(
        for request: AuthorizationRequest, of signedIn: SignedInUser?, subject: String?,
        answer: AuthorizationTicket.Answer?, at now: UnixTime
    ) -> AuthorizationDecision {
        let isAnswer =
            signedIn.map { answer?.session == $0.session.digest && $0.isYounger(than: answerLifetime, at: now) }
            ?? false
        let isRightPerson = request.expectedSubjects.map { expected in subject.map(expected.contains) ?? false } ?? true
        guard let signedIn, isRightPerson, isAnswer || isRecentEnough(signedIn, request, at: now) else {
            // OpenID Connect Core §3.1.2.1, §5.5.1: another person than the client expects has just signed in.
            if isAnswer {
                return .refuse(OAuthError(.loginRequired, "Another person signed in than the request names."))
            }
            guard !request.prompts.contains(.none) else {
                return .refuse(
                    signedIn == nil ? OAuthError(.loginRequired, "Nobody is signed in in this browser.") : signInAgain)
            }
            return .signIn
        }
        return .grant
    }

    private static let signInAgain = OAuthError(.loginRequired, "The person has to sign in again.")

    private static func isRecentEnough(
        _ signedIn: SignedInUser, _ request: AuthorizationRequest, at now: UnixTime
    ) -> Bool {
        guard request.prompts.isDisjoint(with: [.login, .selectAccount]) else { return false }
        return request.maximumAge.map { signedIn.isYounger(than: $0, at: now) } ?? true
    }

    /// Decides whether the person has to consent.
    ///
    /// - Parameter consent: the consent they gave before.
    static func consent(for request: AuthorizationRequest, _ consent: ConsentRecord?) -> AuthorizationDecision {
        guard !request.client.signIn.skipsConsent else { return .grant }
        let isRemembered =
            request.canRememberConsent
            && consent?.covers(scopes: request.consentScopes, resources: request.resourceURIs) == true
        guard !isRemembered || request.prompts.contains(.consent) else { return .grant }
        guard !request.prompts.contains(.none) else {
            // The same answer as for another person: a client must not learn without consent that the one whom it names is signed in.
            guard request.expectedSubjects == nil else { return .refuse(signInAgain) }
            return .refuse(OAuthError(.consentRequired, "The person has not allowed this yet."))
        }
        return .consent
    }
}

extension SignedInUser {
    /// Whether the sign-in is younger than a limit. If the clock was set back, the age is unknown and the result is `false`.
    fileprivate func isYounger(than limit: Duration, at now: UnixTime) -> Bool {
        session.authenticatedAt <= now && now < session.authenticatedAt + limit
    }
}

extension AuthorizationRequest {
    /// RFC 8252 §8.6: any program on a person's machine can send the identifier of a public client and receive the code on loopback or
    /// under a scheme of its own, so such a client gets nothing without the person.
    ///
    /// Nor does a client that registered itself: the person has allowed it by the host of one redirect URI, and it can have others.
    var canRememberConsent: Bool {
        !client.isSelfRegistered && (!client.isPublic || destination.redirectURI.hasPrefix("https://"))
    }

    /// `prompt` of the same request for another person: who is asked for consent if this one was.
    var promptsOfAnotherAccount: String {
        let others: [Prompt] = [.selectAccount] + (prompts.contains(.consent) ? [.consent] : [])
        return others.map(\.rawValue).joined(separator: " ")
    }
}
