import Crypto

/// A change as it is stored: every column, so that its digest can be computed again.
package struct ChangeRow: Sendable, Equatable {
    /// The length of a digest, in bytes.
    package static let digestLength = 32

    package let issuer: IssuerNumber
    package let number: Int64
    package let at: UnixTime
    package let actorKind: String
    package let actorID: [UInt8]?
    package let actorName: [UInt8]?
    package let channel: String
    package let action: String
    package let subjectKind: String
    package let subjectID: [UInt8]
    /// JSON, as bytes: two texts that look alike differ.
    package let before: [UInt8]?
    package let after: [UInt8]?
    package let undoes: Int64?
    /// The digest of the change before.
    package let previous: [UInt8]
    package let digest: [UInt8]

    /// A row as it was read.
    package init(
        issuer: IssuerNumber, number: Int64, at: UnixTime, actorKind: String, actorID: [UInt8]?, actorName: [UInt8]?,
        channel: String, action: String, subjectKind: String, subjectID: [UInt8], before: [UInt8]?, after: [UInt8]?,
        undoes: Int64?, previous: [UInt8], digest: [UInt8]
    ) {
        self.issuer = issuer
        self.number = number
        self.at = at
        self.actorKind = actorKind
        self.actorID = actorID
        self.actorName = actorName
        self.channel = channel
        self.action = action
        self.subjectKind = subjectKind
        self.subjectID = subjectID
        self.before = before
        self.after = after
        self.undoes = undoes
        self.previous = previous
        self.digest = digest
    }

    /// The row of a new change.
    package init(
        after previous: ChangePosition, of issuer: IssuerNumber, at: UnixTime, actor: Actor, action: ChangeAction,
        subject: ChangeSubject, _ difference: FactDifference, undoes: Int64?
    ) {
        let (kind, id, name) = actor.columns
        let unsealed = ChangeRow(
            issuer: issuer, number: previous.number + 1, at: at, actorKind: kind.rawValue,
            actorID: id.map { Array($0.utf8) }, actorName: name.map { Array($0.utf8) },
            channel: actor.channel.rawValue, action: action.rawValue, subjectKind: subject.kind.rawValue,
            subjectID: Array(subject.id.text.utf8), before: difference.before?.rendered(),
            after: difference.after?.rendered(), undoes: undoes, previous: previous.digest, digest: [])
        self.init(unsealed, digest: unsealed.computedDigest)
    }

    private init(_ row: ChangeRow, digest: [UInt8]) {
        self.init(
            issuer: row.issuer, number: row.number, at: row.at, actorKind: row.actorKind, actorID: row.actorID,
            actorName: row.actorName, channel: row.channel, action: row.action, subjectKind: row.subjectKind,
            subjectID: row.subjectID, before: row.before, after: row.after, undoes: row.undoes,
            previous: row.previous, digest: digest)
    }

    package var position: ChangePosition { ChangePosition(number: number, digest: digest) }

    /// The SHA-256 of a version and of all columns but the digest itself, each with its length before it, so that no two rows have the same
    /// encoding.
    package var computedDigest: [UInt8] {
        var hash = FieldHash("countersign/change/1")
        hash.add(UInt64(issuer.rawValue))
        hash.add(UInt64(bitPattern: number))
        hash.add(UInt64(bitPattern: at.milliseconds))
        for text in [actorKind, channel, action, subjectKind] { hash.add(Array(text.utf8)) }
        for bytes in [actorID, actorName, subjectID, before, after] { hash.add(bytes) }
        if let undoes { hash.add(UInt64(bitPattern: undoes)) } else { hash.add(nil) }
        hash.add(previous)
        return hash.digest
    }
}

/// A SHA-256 of fields, each with its length before it.
private struct FieldHash {
    private var hash = SHA256()

    init(_ version: String) {
        add(Array(version.utf8))
    }

    mutating func add(_ number: UInt64) { add(number.bytes) }

    /// - Parameter field: `nil` differs from every value.
    mutating func add(_ field: [UInt8]?) {
        hash.update(data: (field.map { UInt64($0.count) } ?? .max).bytes)
        if let field { hash.update(data: field) }
    }

    var digest: [UInt8] { Array(hash.finalize()) }
}

extension UInt64 {
    /// Big-endian.
    fileprivate var bytes: [UInt8] { withUnsafeBytes(of: bigEndian, Array.init) }
}

extension Change {
    /// Reads a stored change.
    ///
    /// - Throws: `corrupt` if it has a value that is unknown to this version.
    package init(_ row: ChangeRow) throws(StoreError) {
        guard let actor = Actor(row), let action = ChangeAction(rawValue: row.action),
            let kind = ChangeSubject.Kind(rawValue: row.subjectKind)
        else { throw .corrupt("change \(row.number) has an unknown value") }
        func object(_ text: [UInt8]?) throws(StoreError) -> JSONObject? {
            guard let text else { return nil }
            do {
                // The facts contain keys and claims, which may be nested themselves.
                return try JSONObject(parsing: text, maximumDepth: JSONObject.maximumDepth + 4)
            } catch {
                throw .corrupt("change \(row.number) cannot be read: \(error)")
            }
        }
        self.init(
            number: row.number, at: row.at, actor: actor, action: action,
            subject: ChangeSubject(kind, ExactString(String(decoding: row.subjectID, as: UTF8.self))),
            before: try object(row.before), after: try object(row.after), undoes: row.undoes, digest: row.digest)
    }
}

extension Actor {
    /// The first part of a stored actor.
    fileprivate enum Kind: String {
        case person, client
        case systemUser = "system_user"
        case server, unknown
    }

    /// What is stored of the identity.
    package var kindName: String { columns.kind.rawValue }
    /// `sub`, `client_id`, or a user of the operating system.
    package var id: String? { columns.id }
    /// The name of a person, or who called `sudo`.
    package var name: String? { columns.name }

    fileprivate var columns: (kind: Kind, id: String?, name: String?) {
        switch identity {
        case .person(let id, let name): (.person, id.text, name)
        case .client(let id): (.client, id.text, nil)
        case .systemUser(let name, let sudoUser): (.systemUser, name, sudoUser)
        case .server: (.server, nil, nil)
        case .unknown: (.unknown, nil, nil)
        }
    }

    fileprivate init?(_ row: ChangeRow) {
        self.init(
            kindName: row.actorKind, id: row.actorID.map { String(decoding: $0, as: UTF8.self) },
            name: row.actorName.map { String(decoding: $0, as: UTF8.self) }, channelName: row.channel)
    }

    /// - Returns: `nil` for names that are unknown to this version, and for an identity that is not whole.
    package init?(kindName: String, id: String?, name: String?, channelName: String) {
        guard let kind = Kind(rawValue: kindName), let channel = Channel(rawValue: channelName) else { return nil }
        switch (kind, id) {
        case (.person, let id?): self.init(.person(UserID(id), name: name ?? ""), channel)
        case (.client, let id?): self.init(.client(ClientID(ExactString(id))), channel)
        case (.systemUser, let id?): self.init(.systemUser(id, sudoUser: name), channel)
        case (.server, _): self.init(.server, channel)
        case (.unknown, _): self.init(.unknown, channel)
        case (.person, nil), (.client, nil), (.systemUser, nil): return nil
        }
    }
}
