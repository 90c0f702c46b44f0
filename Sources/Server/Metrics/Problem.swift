/// An event that an operator may want to be alerted to.
enum Problem: String, CaseIterable {
    case storeUnavailable = "store_unavailable"
    case notReady = "not_ready"
    case pageFailed = "page_failed"
    case administrationFailed = "administration_failed"
    case keySetUnreadable = "key_set_unreadable"
    case unusableKeys = "unusable_keys"
    case keySetsNotRead = "key_sets_not_read"
    case logoutNoticesNotDelivered = "logout_notices_not_delivered"
    case certificatesNotChecked = "certificates_not_checked"
    case tlsCertificateNotReloaded = "tls_certificate_not_reloaded"
    case changeLogDamaged = "change_log_damaged"
    case changeLogNotCountersigned = "change_log_not_countersigned"
    case serverKeysNotRead = "server_keys_not_read"
    case notWritten = "not_written"
    case expiredRowsNotRemoved = "expired_rows_not_removed"

    /// - Returns: `nil` for an event that is not a problem of this server.
    init?(_ event: ServerEvent) {
        switch event {
        case .storeUnavailable: self = .storeUnavailable
        case .notReady: self = .notReady
        case .consoleFailed: self = .pageFailed
        case .administrationFailed: self = .administrationFailed
        case .keySetUnreadable: self = .keySetUnreadable
        case .unusableKeys: self = .unusableKeys
        case .keySetNotRefreshed, .keySetsNotListed: self = .keySetsNotRead
        case .logoutNoticeFailed, .logoutNoticeRefused, .logoutNoticesAbandoned, .logoutNoticesNotRead:
            self = .logoutNoticesNotDelivered
        case .certificatesNotChecked: self = .certificatesNotChecked
        case .tlsCertificateNotReloaded: self = .tlsCertificateNotReloaded
        case .changeLogDamaged: self = .changeLogDamaged
        case .changeLogNotCountersigned: self = .changeLogNotCountersigned
        case .sealingKeysNotRenewed, .signingKeysNotRead: self = .serverKeysNotRead
        case .keyUsesNotWritten, .clientURLsNotWritten, .clientURLsNotRead, .sessionUsesNotWritten,
            .registrationUsesNotWritten, .figuresNotWritten, .figuresNotRead:
            self = .notWritten
        case .expiredRowsNotRemoved: self = .expiredRowsNotRemoved
        case .assertionRefused, .requestRefused, .secretRefused, .registrationRefused, .tokenIssued,
            .clientRegistered, .clientChangedItself, .clientRemovedItself, .registrationsExpired, .assertionTolerated,
            .signedIn, .signInFailed, .administratorMade, .documentRead, .keySetReadableAgain,
            .logoutNoticesAcceptedAgain, .certificateExpiring, .expiring, .furtherCertificatesExpiring,
            .tlsCertificateReloaded, .changeLogCountersigned, .changesCountersignedLate:
            return nil
        }
    }
}
