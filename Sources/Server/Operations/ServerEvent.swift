/// An event in a server, with its facts. A log line, a metric and a trace span are three views of the same event.
package enum ServerEvent: Sendable {
    /// A client assertion was refused; `reference` identifies its trace in the audit log.
    case assertionRefused(
        RejectionCode, client: String?, address: String?, reference: Reference, isProven: Bool)
    /// A request was refused on a page; `reference` identifies its record in the audit log.
    case requestRefused(OAuthError.Code, client: String?, address: String?, reference: Reference)
    /// A client secret was refused; `reference` identifies its record in the audit log.
    case secretRefused(client: String?, address: String?, reference: Reference)
    /// A client was not registered, or not changed, at its own request; `reference` identifies its record in the audit log.
    case registrationRefused(OAuthError.Code, address: String?, reference: Reference)
    /// A client got tokens. Counted only.
    case tokenIssued(GrantType)
    case clientRegistered(ClientID, DynamicRegistration.Origin, address: String?)
    case clientChangedItself(ClientID)
    case clientRemovedItself(ClientID)
    /// Clients that had registered themselves were removed because they went unused.
    case registrationsExpired([ClientID])
    /// The policy let an assertion pass with a warning: a certificate is no longer valid.
    case assertionTolerated(Rejection, client: ClientID)
    /// A request could not be answered, for this reason.
    case storeUnavailable(String)
    case notReady(String)
    /// An operation of the admin API failed in a way that it does not know.
    case administrationFailed(String)

    case signedIn(user: String, address: String?)
    /// - Parameter user: `nil` if nobody has the name that was typed.
    case signInFailed(SignInRefusal, user: String?, address: String?)
    /// The first administrator was made at the one-time link.
    case administratorMade(user: String, address: String?)
    /// A page of the console could not be made.
    case consoleFailed(String)

    /// A document was fetched, or could not be. Counted only.
    case documentRead(RemoteDocument, ReadResult.Outcome)
    /// A key set cannot be fetched or parsed; the last good one, if any, is used until `usableUntil`.
    case keySetUnreadable(url: String, problem: String, usableUntil: UnixTime?, isProven: Bool)
    case keySetReadableAgain(url: String, isProven: Bool)
    case unusableKeys(url: String, reasons: String, isProven: Bool)
    case keySetNotRefreshed(url: String, StoreError)
    case keySetsNotListed(StoreError)

    /// A client does not confirm logout notices; they are sent again.
    case logoutNoticeFailed(ClientID, problem: String)
    case logoutNoticesAcceptedAgain(ClientID)
    /// A client answered a logout notice with 400, so it is not sent again.
    case logoutNoticeRefused(ClientID)
    /// Notices were not confirmed in time, and are not sent again.
    case logoutNoticesAbandoned(ClientID, count: Int, problem: String)
    case logoutNoticesNotRead(StoreError)

    case certificateExpiring(CertificateNotice, at: UnixTime)
    /// Something else than a certificate in use has ended, or soon will.
    case expiring(Expiration, at: UnixTime)
    /// More than one check reports has expired or is about to.
    case furtherCertificatesExpiring(Int)
    case certificatesNotChecked(StoreError)
    case tlsCertificateReloaded
    case tlsCertificateNotReloaded(String)

    /// The change log is countersigned up to this change.
    case changeLogCountersigned(ChangePosition)
    /// Changes of an earlier time had no countersignature when the server started, and have one now.
    ///
    /// - Parameter isFirst: whether the log had no countersignature at all.
    case changesCountersignedLate(first: Int64, last: Int64, oldest: UnixTime, isFirst: Bool)
    /// The change log is not what was recorded; nothing more is countersigned.
    case changeLogDamaged(ChangeLogFault)
    case changeLogNotCountersigned(String)

    case sealingKeysNotRenewed(String)
    case signingKeysNotRead(String)
    case keyUsesNotWritten(count: Int, StoreError)
    case clientURLsNotWritten(count: Int, StoreError)
    case clientURLsNotRead(StoreError)
    case expiredRowsNotRemoved(StoreError)
    case sessionUsesNotWritten(count: Int, StoreError)
    case registrationUsesNotWritten(count: Int, StoreError)
    /// The figures of the last minutes are in memory only, until they can be written again.
    case figuresNotWritten(StoreError)
    case figuresNotRead(StoreError)
}
