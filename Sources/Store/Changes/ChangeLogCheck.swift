/// Why a change log is not what was recorded.
package enum ChangeLogFault: Error, Sendable, Equatable {
    /// The change is missing, although later ones are there.
    case missing(Int64)
    /// The change is not what it was when it was recorded.
    case altered(Int64)
    /// The change does not follow the one before it: one of the two was replaced.
    case unlinked(Int64)
    /// The last changes are missing: the log ends with this one, and another one was recorded later.
    case cutOff(after: Int64, recorded: Int64)
    /// The log up to this change is not what the server has countersigned.
    case notAsCountersigned(Int64, at: UnixTime)
    /// The countersignature of this change is not one of this server.
    case forgedCountersignature(Int64)
    /// Changes up to this one are missing, and no change says that they were removed.
    case removalNotRecorded(Int64)
    /// The change is numbered before the beginning of the log.
    case unexpected(Int64)
    /// A row cannot be read at all.
    case unreadable(String)

    /// A sentence for people.
    package var message: String {
        switch self {
        case .missing(let number): "Change \(number) is missing."
        case .altered(let number): "Change \(number) is not what was recorded."
        case .unlinked(let number):
            "Change \(number) does not follow change \(number - 1): one of them was replaced."
        case .cutOff(let last, let recorded):
            "The log ends with change \(last), but change \(recorded) was recorded: the end was cut off."
        case .notAsCountersigned(let number, let at):
            "The log up to change \(number) is not what the server countersigned at \(at.text)."
        case .forgedCountersignature(let number):
            "The countersignature of change \(number) was not made with this server's master key."
        case .removalNotRecorded(let number):
            "The changes up to \(number) are missing, and no change says that they were removed."
        case .unexpected(let number): "Change \(number) was added: the log begins later."
        case .unreadable(let problem): "The log cannot be read: \(problem)."
        }
    }
}

/// The result of a check of a change log.
package struct ChangeLogReport: Sendable, Equatable {
    /// The first fault.
    package var fault: ChangeLogFault?
    /// The last change that was checked.
    package var last: ChangePosition
    /// The number of countersignatures that were verified, or found without a key to verify them.
    package var countersignatures = 0
}

/// A check of a whole change log, one page at a time.
package struct ChangeLogCheck: Sendable {
    /// `nil` if the master key is not known: then countersignatures are only compared with the log.
    let key: ChangeLogKey?
    let pageSize: Int

    package init(key: ChangeLogKey?, pageSize: Int = 1000) {
        (self.key, self.pageSize) = (key, pageSize)
    }

    package func report(on log: any ChangeLog) async throws(StoreError) -> ChangeLogReport {
        let bounds = try await log.bounds()
        let report = try await walk(log, bounds)
        guard report.fault != nil else { return report }
        // The operator may have removed changes meanwhile.
        let now = try await log.bounds()
        return now.anchor == bounds.anchor ? report : try await walk(log, now)
    }

    private func walk(_ log: any ChangeLog, _ bounds: ChangeBounds) async throws(StoreError) -> ChangeLogReport {
        var chain = ChangeChain(after: bounds.anchor)
        var report = ChangeLogReport(last: bounds.anchor)
        do {
            if let first = try await log.rows(after: .min, limit: 1).first, first.number <= bounds.anchor.number {
                throw ChangeLogFault.unexpected(first.number)
            }
            while true {
                let rows = try await log.rows(after: chain.position.number, limit: pageSize)
                let countersignatures = try await log.countersignatures(
                    after: chain.position.number, limit: rows.isEmpty ? 1 : pageSize)
                let byNumber = Dictionary(countersignatures.map { ($0.position.number, $0) }) { first, _ in first }
                for row in rows {
                    try chain.append(row)
                    report.last = chain.position
                    if row.number == bounds.head.number, row.digest != bounds.head.digest {
                        throw ChangeLogFault.altered(row.number)
                    }
                    guard let countersignature = byNumber[row.number] else { continue }
                    try check(countersignature, row, bounds.issuer)
                    report.countersignatures += 1
                }
                guard rows.isEmpty else { continue }
                let recorded = max(bounds.head.number, countersignatures.first?.position.number ?? 0)
                guard chain.position.number >= recorded else {
                    throw ChangeLogFault.cutOff(after: chain.position.number, recorded: recorded)
                }
                guard bounds.anchor == .start || chain.removal == bounds.anchor else {
                    throw ChangeLogFault.removalNotRecorded(bounds.anchor.number)
                }
                return report
            }
        } catch let fault as ChangeLogFault {
            report.fault = fault
        } catch StoreError.corrupt(let problem) {
            report.fault = .unreadable(problem)
        } catch {
            throw error as? StoreError ?? .unavailable("\(error)")
        }
        return report
    }

    private func check(
        _ countersignature: ChangeCountersignature, _ row: ChangeRow, _ issuer: IssuerNumber
    ) throws(ChangeLogFault) {
        if let key, !key.verifies(countersignature, of: issuer) { throw .forgedCountersignature(row.number) }
        guard countersignature.position.digest == row.digest else {
            throw .notAsCountersigned(row.number, at: countersignature.at)
        }
    }
}

/// A change log that is read in order, each row checked against the one before.
package struct ChangeChain: Sendable {
    package private(set) var position: ChangePosition
    /// The last recorded removal of the oldest changes.
    package private(set) var removal: ChangePosition?

    package init(after position: ChangePosition) {
        self.position = position
    }

    /// - Throws: the fault, if the row is not the next one, or is not as it was recorded.
    package mutating func append(_ row: ChangeRow) throws(ChangeLogFault) {
        guard row.number == position.number + 1 else { throw .missing(position.number + 1) }
        guard row.computedDigest == row.digest else { throw .altered(row.number) }
        guard row.previous == position.digest else { throw .unlinked(row.number) }
        position = row.position
        if row.action == ChangeAction.changesRemoved.rawValue { removal = Self.removal(row) }
    }

    private static func removal(_ row: ChangeRow) -> ChangePosition? {
        guard let after = row.after, let facts = try? JSONObject(parsing: after),
            case .number(let number)? = facts["through"], let through = number.integer,
            let digest = facts.string("digest").flatMap({ Base64URL.decode($0.text) })
        else { return nil }
        return ChangePosition(number: through, digest: digest)
    }
}
