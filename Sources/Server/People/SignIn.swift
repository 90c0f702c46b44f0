/// The check of user names and passwords, and the session that follows.
///
/// An unknown name, a disabled person and a wrong password cost the same work and give the same answer.
package struct SignIn: Sendable {
    /// The longest name that is looked up, in bytes.
    private static let maximumNameLength = 255

    private let users: any UserStore
    private let sessions: Sessions
    private let passwords: any PasswordChecking
    private let browsers: KnownBrowsers
    private let limits: SignInLimits
    private let places = PasswordPlaces()
    private let runtime: Runtime

    package init(
        _ urls: ServerURLs, users: any UserStore, sessions: Sessions, passwords: any PasswordChecking,
        keys: SealingKeys, limits: SignInLimits = SignInLimits(), _ runtime: Runtime
    ) {
        self.users = users
        self.sessions = sessions
        self.passwords = passwords
        self.limits = limits
        self.runtime = runtime
        browsers = KnownBrowsers(urls, keys: keys)
    }

    package enum Outcome: Sendable, Equatable {
        /// - Parameter cookies: the header fields `Set-Cookie`.
        case signedIn(SignedInUser, cookies: [String])
        case failed(SignInPage.Failure)
    }

    /// Signs a person in.
    ///
    /// - Parameter name: a user name or e-mail address, as typed.
    package func signIn(
        name: String, password: String, in request: EndpointRequest, at now: UnixTime
    ) async throws(OAuthError) -> Outcome {
        let name = Self.withoutSpaces(name)
        let user = try await find(name)
        do throws(SignInPage.Failure) {
            try await check(password, of: user, name: name, in: request, at: now) { user, needsNewHash in
                if needsNewHash { await renewHash(of: user, password) }
            }
        } catch {
            return .failed(error)
        }
        // The person may have been disabled, or the password changed, while it was checked.
        guard let user,
            let begun = try await sessions.begin(for: user, methods: ["pwd"], in: request, at: now)
        else { return .failed(.wrongNameOrPassword) }
        runtime.report(.signedIn(user: user.name, address: request.remoteAddress))
        return .signedIn(begun.signedIn, cookies: [begun.cookie] + remember(user, in: request))
    }

    /// Hashes the new password of a person who proves the old one. The limits are those of signing in.
    package func hash(
        _ new: String, replacing old: String, of user: UserRecord, in request: EndpointRequest, at now: UnixTime
    ) async throws(SignInPage.Failure) -> String {
        let hash = try await check(old, of: user, name: user.name, in: request, at: now) { _, _ in
            try? await passwords.hash(new)
        }
        guard let hash else { throw .busy }
        return hash
    }

    /// Makes the browser known, in which a person has proved their password.
    ///
    /// - Returns: the header fields `Set-Cookie`.
    package func remember(_ user: UserRecord, in request: EndpointRequest) -> [String] {
        browsers.remember(user, in: request)
    }

    /// Checks a password within the limits.
    ///
    /// - Parameter body: runs when the password is right, in the place of the check, so that it takes no second one. It is told whether the
    ///   stored hash must be renewed.
    private func check<Value>(
        _ password: String, of user: UserRecord?, name: String, in request: EndpointRequest, at now: UnixTime,
        _ body: (UserRecord, _ needsNewHash: Bool) async -> Value
    ) async throws(SignInPage.Failure) -> Value {
        let device = browsers.number(for: user, in: request)
        let attempt: SignInLimits.Attempt
        var isRefused = false
        switch limits.admit(name: name, of: user?.id, device: device, from: request.remoteAddress, at: now) {
        case .admitted(let admitted): attempt = admitted
        case .refusedSilently(let refused): (attempt, isRefused) = (refused, true)
        case .refused(let wait):
            report(.tooManyAttempts, user, request)
            throw .tooManyAttempts(wait: wait)
        }
        let holders = PasswordPlaces.Holder.of(
            name: name, knownUser: device == nil ? nil : user?.id, from: request.remoteAddress)
        let hash = isRefused ? nil : user?.passwordHash
        let result = await places.run(for: holders) { () async -> Result<Value, SignInPage.Failure> in
            let verdict = await passwords.verify(password, against: hash, isPreferred: device != nil)
            do throws(SignInPage.Failure) {
                let (user, needsNewHash) = try accept(
                    verdict, of: user, attempt, isRefused: isRefused, in: request, at: now)
                return .success(await body(user, needsNewHash))
            } catch {
                return .failure(error)
            }
        }
        guard let result else {
            limits.cancel(attempt)
            report(.busy, user, request)
            throw .busy
        }
        return try result.get()
    }

    /// Counts the result of a check.
    private func accept(
        _ verdict: PasswordVerdict, of user: UserRecord?, _ attempt: SignInLimits.Attempt, isRefused: Bool,
        in request: EndpointRequest, at now: UnixTime
    ) throws(SignInPage.Failure) -> (user: UserRecord, needsNewHash: Bool) {
        switch verdict {
        case .right(let needsNewHash):
            guard let user, user.isEnabled else {
                report(.disabled, user, request)
                throw .wrongNameOrPassword
            }
            // One too many counts as a failed attempt, because its check has cost as much.
            if let wait = limits.admitProof(of: user.id, at: now) {
                report(.tooManyAttempts, user, request)
                throw .tooManyAttempts(wait: wait)
            }
            limits.succeeded(attempt)
            return (user, needsNewHash)
        case .wrong:
            report(isRefused ? .tooManyAttempts : user == nil ? .unknownName : .wrongPassword, user, request)
            throw .wrongNameOrPassword
        case .busy:
            limits.cancel(attempt)
            report(.busy, user, request)
            throw .busy
        }
    }

    private func find(_ name: String) async throws(OAuthError) -> UserRecord? {
        guard name.utf8.count <= Self.maximumNameLength else { return nil }
        return try await runtime.storing { () async throws(StoreError) in try await users.user(named: name) }
    }

    /// Raises the parameters of a stored hash. If that fails, the next sign-in tries again.
    private func renewHash(of user: UserRecord, _ password: String) async {
        guard let hash = user.passwordHash, let renewed = try? await passwords.hash(password) else { return }
        do throws(StoreError) {
            try await users.replaceHash(hash, with: renewed, of: user.id)
        } catch {
            runtime.report(.storeUnavailable(error.asUnavailable.reason))
        }
    }

    /// Names of existing users are logged; other input is not, because it may be a password.
    private func report(_ reason: SignInRefusal, _ user: UserRecord?, _ request: EndpointRequest) {
        runtime.report(.signInFailed(reason, user: user?.name, address: request.remoteAddress))
    }

    /// Keyboards of phones add a space after a word; a user name cannot begin or end with one.
    private static func withoutSpaces(_ name: String) -> String {
        var name = name[...]
        while name.first?.isWhitespace == true { name.removeFirst() }
        while name.last?.isWhitespace == true { name.removeLast() }
        return String(name)
    }
}

/// The reason for a refused sign-in, for the operator's log. The person is not told which of the first three it was.
package enum SignInRefusal: String, Sendable, CaseIterable {
    case unknownName = "unknown name"
    case wrongPassword = "wrong password"
    case disabled = "disabled account"
    case tooManyAttempts = "too many attempts"
    case busy = "too many passwords are being checked"
}

/// The part of `PasswordHasher` that signing in uses.
package protocol PasswordChecking: Sendable {
    func hash(_ password: String) async throws(PasswordHashingError) -> String
    func verify(_ password: String, against hash: String?, isPreferred: Bool) async -> PasswordVerdict
}

extension PasswordHasher: PasswordChecking {}
