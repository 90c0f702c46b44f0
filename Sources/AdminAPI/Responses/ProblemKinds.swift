import Administration

/// The kinds of problems that every endpoint can have. Those of a noun stand beside its failures in `Administration`.
extension FailureKind {
    package static let noToken = FailureKind("no_token", status: 401, "The request has no access token")
    package static let invalidToken = FailureKind("invalid_token", status: 401, "The access token cannot be used")
    package static let insufficientScope = FailureKind(
        "insufficient_scope", status: 403, "The access token does not allow this")
    package static let notPermitted = FailureKind("not_permitted", status: 403, "The person may not do this")
    package static let invalidRequest = FailureKind("invalid_request", status: 400, "The request is malformed")
    package static let noEndpoint = FailureKind("no_endpoint", status: 404, "There is nothing at this path")
    package static let notFound = FailureKind("not_found", status: 404, "The item does not exist")
    package static let methodNotAllowed = FailureKind(
        "method_not_allowed", status: 405, "The path does not answer this method")
    package static let conflict = FailureKind("conflict", status: 409, "The item exists")
    package static let preconditionFailed = FailureKind(
        "precondition_failed", status: 412, "The item has changed since it was read")
    package static let tooLarge = FailureKind("too_large", status: 413, "The body is too large")
    package static let unsupportedMediaType = FailureKind(
        "unsupported_media_type", status: 415, "The body is not of the expected media type")
    package static let invalidBody = FailureKind("invalid_body", status: 422, "The body cannot be used")
    package static let preconditionRequired = FailureKind(
        "precondition_required", status: 428, "The request does not say which version it changes")
    package static let tooManyInspections = FailureKind(
        "too_many_inspections", status: 429, "Too many inspections are asked for")
    package static let tooManyTests = FailureKind("too_many_tests", status: 429, "Too many tests are asked for")
    package static let internalError = FailureKind("internal_error", status: 500, "The server failed")
    package static let unavailable = FailureKind(
        "temporarily_unavailable", status: 503, "The server cannot answer now")
}

extension Problem {
    /// Returns the problem for any error of an operation. What it does not know is not told to the caller.
    ///
    /// - Parameter current: the version that was found in place of the one that `If-Match` names.
    init(_ error: any Error, current: EntityTag?, _ runtime: Runtime) {
        switch error {
        case let problem as Problem: self = problem
        case let failure as any NamedFailure: self.init(failure.kind, failure.detail, facts: failure.facts)
        case let error as StoreError: self.init(error, current: current, runtime)
        case let error as StoreUnavailable:
            self.init(StoreError.unavailable(error.reason), current: current, runtime)
        case let error as OAuthError where error.code == .temporarilyUnavailable:
            self.init(.unavailable, error.description, headers: ["Retry-After": "1"])
        case PasswordHashingError.busy:
            self.init(
                .unavailable, "Too many passwords are being checked. Try again in a moment.",
                headers: ["Retry-After": "1"])
        case let document as InvalidDocument: self = .invalidBody(document)
        case let fault as SignInFault: self = .invalidBody(fault.member, Self.sentence(fault.phrase))
        default:
            runtime.report(.administrationFailed(String(describing: error)))
            self.init(.internalError, "The server could not do this. Its log has the reason.")
        }
    }

    private static func sentence(_ phrase: String) -> String {
        phrase.prefix(1).uppercased() + phrase.dropFirst() + "."
    }

    private init(_ error: StoreError, current: EntityTag?, _ runtime: Runtime) {
        switch error {
        case .changed:
            self.init(
                .preconditionFailed,
                "It has changed since the version that If-Match names. Read it again, and repeat the change if it still fits.",
                facts: ["etag": .string(current?.text) ?? .null], headers: current.map { ["ETag": $0.text] } ?? [:])
        case .notFound: self.init(.notFound, error.message)
        case .conflict: self.init(.conflict, error.message)
        case .invalid: self = .invalidBody(InvalidDocument([DocumentFault(.document, error.message)]))
        case .unavailable, .unsafeFile, .inUse, .corrupt:
            // The path of a file is not for the caller.
            runtime.report(.storeUnavailable(error.message))
            self.init(
                .unavailable, "The server's store does not answer. Try again in a moment.",
                headers: ["Retry-After": "1"])
        }
    }
}
