/// A record of the change log: who changed what, when, and what it was before and after.
///
/// It holds facts that operators may see. Secrets and passwords never are among them: only that they changed.
package struct Change: Sendable, Equatable {
    /// Counts from 1, without gaps.
    package let number: Int64
    package let at: UnixTime
    package let actor: Actor
    package let action: ChangeAction
    package let subject: ChangeSubject
    /// The members that the change concerns, as they were; `nil` if the subject did not exist. A member that was not set is missing.
    package let before: JSONObject?
    /// The same members afterwards; `nil` if the subject no longer exists.
    package let after: JSONObject?
    /// The change that this one undoes.
    package let undoes: Int64?
    /// The SHA-256 of all of this and of the digest of the change before.
    package let digest: [UInt8]

    package init(
        number: Int64, at: UnixTime, actor: Actor, action: ChangeAction, subject: ChangeSubject, before: JSONObject?,
        after: JSONObject?, undoes: Int64? = nil, digest: [UInt8]
    ) {
        self.number = number
        self.at = at
        self.actor = actor
        self.action = action
        self.subject = subject
        self.before = before
        self.after = after
        self.undoes = undoes
        self.digest = digest
    }
}

/// A row of the change log as an element of a list, where one that cannot be read must not hide the others.
package enum ListedChange: Sendable, Equatable {
    case change(Change)
    /// A damaged row, or one of a later version, with what is wrong with it.
    case unreadable(number: Int64, problem: String)

    package var number: Int64 {
        switch self {
        case .change(let change): change.number
        case .unreadable(let number, _): number
        }
    }

    /// The change; `nil` if it cannot be read.
    package var change: Change? {
        if case .change(let change) = self { change } else { nil }
    }
}

/// What a change is about.
package struct ChangeSubject: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case client
        /// The clients that registered themselves, together.
        case registrations
        case keyStoreEntry = "keystore_entry"
        case user
        case resource
        case registrationToken = "registration_token"
        case serverKey = "server_key"
        /// The change log itself.
        case changes
    }

    package let kind: Kind
    /// `client_id`, alias, `sub`, URI, or the name of a token or key. Empty for a kind with only one subject.
    package let id: ExactString

    package init(_ kind: Kind, _ id: ExactString) {
        (self.kind, self.id) = (kind, id)
    }

    package static func client(_ id: ClientID) -> ChangeSubject { ChangeSubject(.client, id.value) }
    package static func user(_ id: UserID) -> ChangeSubject { ChangeSubject(.user, ExactString(id.text)) }
    package static let changes = ChangeSubject(.changes, "")
}

/// Which changes are looked for. A condition that is `nil` matches all.
package struct ChangeFilter: Sendable, Equatable {
    package var subjectKind: ChangeSubject.Kind?
    package var subjectID: ExactString?
    /// The identifier of the actor: the `sub` of a person, a `client_id`, or a user of the operating system.
    package var actorID: ExactString?
    /// The time of the oldest change. Where the clock was set back, a change from before that is found by its place in the log: those
    /// before the first one of this time are left out.
    package var since: UnixTime?

    package init(
        subjectKind: ChangeSubject.Kind? = nil, subjectID: ExactString? = nil, actorID: ExactString? = nil,
        since: UnixTime? = nil
    ) {
        (self.subjectKind, self.subjectID, self.actorID, self.since) = (subjectKind, subjectID, actorID, since)
    }
}

/// The change log of one issuer. Each change is recorded in the transaction that makes it, so neither exists without the other.
package protocol ChangeLog: Sendable {
    /// Returns changes, newest first.
    ///
    /// - Parameter number: only changes before this one; `nil` begins with the newest.
    func page(_ filter: ChangeFilter, before number: Int64?, limit: Int) async throws(StoreError) -> [ListedChange]

    func change(_ number: Int64) async throws(StoreError) -> Change?

    /// Returns the number of the latest change that undid a change.
    func undoing(_ number: Int64) async throws(StoreError) -> Int64?

    /// Returns what is stored, oldest first, without any check: for checks and for copies.
    ///
    /// - Parameter number: the last row of the page before.
    func rows(after number: Int64, limit: Int) async throws(StoreError) -> [ChangeRow]

    /// Returns where the log begins and ends.
    func bounds() async throws(StoreError) -> ChangeBounds

    /// Returns the countersignatures after a change, oldest first.
    func countersignatures(after number: Int64, limit: Int) async throws(StoreError) -> [ChangeCountersignature]

    func latestCountersignature() async throws(StoreError) -> ChangeCountersignature?

    /// Adds a countersignature.
    ///
    /// - Throws: `conflict` if the change has another one.
    func add(_ countersignature: ChangeCountersignature) async throws(StoreError)

    /// Removes the oldest changes. That this was done is a change itself, which names the last one removed and its digest, so that the rest
    /// of the log can still be checked.
    ///
    /// - Parameters:
    ///   - number: the last change to be removed.
    ///   - digest: its digest, so that what is removed is what was archived.
    /// - Throws: `notFound` if there is no such change; `invalid` if its digest is another one.
    func remove(through number: Int64, digest: [UInt8]) async throws(StoreError)
}

/// Where a change log begins and ends.
package struct ChangeBounds: Sendable, Equatable {
    package let issuer: IssuerNumber
    /// The last change and its digest, as they are kept beside the log.
    package let head: ChangePosition
    /// The last change that was removed; `start` if none was.
    package let anchor: ChangePosition

    package init(issuer: IssuerNumber, head: ChangePosition, anchor: ChangePosition) {
        (self.issuer, self.head, self.anchor) = (issuer, head, anchor)
    }
}

/// The number of a change and its digest.
package struct ChangePosition: Sendable, Equatable {
    package let number: Int64
    package let digest: [UInt8]

    package init(number: Int64, digest: [UInt8]) {
        (self.number, self.digest) = (number, digest)
    }

    /// Before the first change.
    package static let start = ChangePosition(number: 0, digest: Array(repeating: 0, count: 32))
}
