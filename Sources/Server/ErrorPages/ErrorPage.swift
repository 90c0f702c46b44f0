/// The pages at `/errors/{code}`, to which `error_uri` refers: the files of docs/errors, built into the binary.
enum ErrorPage {
    /// - Returns: the page's Markdown, or `nil` for an unknown code.
    static func markdown(for code: String) -> [UInt8]? {
        if let rejection = RejectionCode(rawValue: code) { return markdown(for: rejection) }
        return OAuthError.Code(rawValue: code).map(markdown(for:))
    }

    static func markdown(for code: RejectionCode) -> [UInt8] {
        switch code {
        case .malformed: PackageResources.malformed_md
        case .algorithmNotAllowed: PackageResources.algorithm_not_allowed_md
        case .criticalHeader: PackageResources.critical_header_md
        case .wrongType: PackageResources.wrong_type_md
        case .issuerSubjectMismatch: PackageResources.issuer_subject_mismatch_md
        case .missingClaim: PackageResources.missing_claim_md
        case .wrongClaimType: PackageResources.wrong_claim_type_md
        case .clientIDMismatch: PackageResources.client_id_mismatch_md
        case .unknownClient: PackageResources.unknown_client_md
        case .noMatchingKey: PackageResources.no_matching_key_md
        case .keySetUnavailable: PackageResources.key_set_unavailable_md
        case .badSignature: PackageResources.bad_signature_md
        case .certificateExpired: PackageResources.certificate_expired_md
        case .wrongAudience: PackageResources.wrong_audience_md
        case .expired: PackageResources.expired_md
        case .lifetimeTooLong: PackageResources.lifetime_too_long_md
        case .notYetValid: PackageResources.not_yet_valid_md
        case .issuedInFuture: PackageResources.issued_in_future_md
        case .tooOld: PackageResources.too_old_md
        case .replayed: PackageResources.replayed_md
        }
    }

    static func markdown(for code: OAuthError.Code) -> [UInt8] {
        switch code {
        case .invalidRequest: PackageResources.invalid_request_md
        case .invalidClient: PackageResources.invalid_client_md
        case .invalidGrant: PackageResources.invalid_grant_md
        case .invalidToken: PackageResources.invalid_token_md
        case .insufficientScope: PackageResources.insufficient_scope_md
        case .invalidTarget: PackageResources.invalid_target_md
        case .invalidScope: PackageResources.invalid_scope_md
        case .unauthorizedClient: PackageResources.unauthorized_client_md
        case .unsupportedGrantType: PackageResources.unsupported_grant_type_md
        case .unsupportedResponseType: PackageResources.unsupported_response_type_md
        case .temporarilyUnavailable: PackageResources.temporarily_unavailable_md
        case .serverError: PackageResources.server_error_md
        case .accessDenied: PackageResources.access_denied_md
        case .loginRequired: PackageResources.login_required_md
        case .accountSelectionRequired: PackageResources.account_selection_required_md
        case .consentRequired: PackageResources.consent_required_md
        case .interactionRequired: PackageResources.interaction_required_md
        case .requestNotSupported: PackageResources.request_not_supported_md
        case .requestURINotSupported: PackageResources.request_uri_not_supported_md
        case .registrationNotSupported: PackageResources.registration_not_supported_md
        case .unmetAuthenticationRequirements: PackageResources.unmet_authentication_requirements_md
        case .invalidRedirectURI: PackageResources.invalid_redirect_uri_md
        case .invalidClientMetadata: PackageResources.invalid_client_metadata_md
        }
    }
}
