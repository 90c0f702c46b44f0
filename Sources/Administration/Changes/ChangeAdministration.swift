@_exported import Server

/// The change log: what operators read, and undo.
package struct ChangeAdministration: Sendable {
    let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    package func list(_ search: ChangeSearch, limit: Int) async throws -> [ListedChange] {
        try await list(search, before: nil, limit: limit)
    }

    package func change(_ number: Int64) async throws -> Change {
        guard let change = try await store.changes.change(number) else { throw ChangeFailure.noChange(number) }
        return change
    }

    /// Returns a change, or what can be read of it.
    package func shown(_ number: Int64) async throws -> ShownChange {
        let listed = number < .max ? try await list(ChangeSearch(), before: number + 1, limit: 1).first : nil
        guard let listed, listed.number == number else { throw ChangeFailure.noChange(number) }
        switch listed {
        case .change(let change): return .change(change)
        case .unreadable(_, let problem):
            // Its columns can be unreadable, too.
            let row = try? await store.changes.rows(after: number - 1, limit: 1).first { $0.number == number }
            return .unreadable(UnreadableChange(number: number, problem: problem, stored: row?.json))
        }
    }

    /// The most undoings of undoings that are followed.
    private static let longestChain = 100

    /// Returns the change that undoes a change at present: not one that was undone itself.
    ///
    /// - Returns: `nil` if what the change has made is in force.
    package func undoing(_ number: Int64) async throws(StoreError) -> Int64? {
        var chain: [Int64] = []
        while chain.count < Self.longestChain, let next = try await store.changes.undoing(chain.last ?? number) {
            chain.append(next)
        }
        return chain.count.isMultiple(of: 2) ? nil : chain.first
    }

    /// Calls `body` with each change from the oldest to the newest, keeping one page in memory.
    package func export(_ body: (ChangeRow) throws -> Void) async throws {
        var last: Int64 = 0
        while true {
            let rows = try await store.changes.rows(after: last, limit: 1000)
            for row in rows { try body(row) }
            guard let row = rows.last else { return }
            last = row.number
        }
    }

    /// Removes the oldest changes, if they are those that were archived. The log says that it was done.
    ///
    /// - Parameters:
    ///   - number: the last change to be removed.
    ///   - digest: its digest in base64url, as the archive has it.
    package func remove(through number: Int64, digest: String) async throws {
        guard try await store.changes.change(number) != nil else { throw ChangeFailure.noChange(number) }
        guard let digest = Base64URL.decode(digest) else { throw ChangeFailure.otherDigest(number) }
        do throws(StoreError) {
            try await store.changes.remove(through: number, digest: digest)
        } catch {
            if case .invalid = error { throw ChangeFailure.otherDigest(number) }
            throw error
        }
    }
}

/// A change, or what can be read of it.
package enum ShownChange: Sendable {
    case change(Change)
    case unreadable(UnreadableChange)

    package var json: JSONObject {
        switch self {
        case .change(let change): change.json
        case .unreadable(let change): change.json
        }
    }
}

/// A change that is damaged, or was recorded by a later version.
package struct UnreadableChange: Sendable {
    package let number: Int64
    /// As a sentence or clause.
    package let problem: String
    /// What is stored, as `changes export` has it; `nil` if not even that can be read.
    package let stored: JSONObject?

    package init(number: Int64, problem: String, stored: JSONObject?) {
        (self.number, self.problem, self.stored) = (number, problem, stored)
    }

    package var json: JSONObject {
        ["number": .number(number), "problem": .string(problem), "stored": .object(stored) ?? .null]
    }
}

extension Change {
    package var json: JSONObject {
        [
            "number": .number(number), "at": .string(at.exactText), "actor": .object(actor.json),
            "action": .string(action.rawValue),
            "subject": .object(["kind": .string(subject.kind.rawValue), "id": .string(subject.id)]),
            "before": .object(before) ?? .null, "after": .object(after) ?? .null,
            "undoes": undoes.map { .number($0) } ?? .null, "digest": .string(Base64URL.encode(digest)),
        ]
    }
}

extension ListedChange {
    /// A row that cannot be read has its number and the problem alone.
    package var json: JSONObject {
        switch self {
        case .change(let change): change.json
        case .unreadable(let number, let problem): ["number": .number(number), "problem": .string(problem)]
        }
    }
}

extension Actor {
    package var json: JSONObject {
        [
            "kind": .string(kindName), "id": .string(id) ?? .null, "name": .string(name) ?? .null,
            "through": .string(channel.rawValue),
        ]
    }
}

extension ChangeRow {
    /// All that the digest covers, for an archive that can be checked without this program.
    package var json: JSONObject {
        func text(_ bytes: [UInt8]?) -> JSONValue {
            .string(bytes.map { String(decoding: $0, as: UTF8.self) }) ?? .null
        }
        return [
            "issuer": .number(Int(issuer.rawValue)), "number": .number(number), "at": .number(at.milliseconds),
            "actor_kind": .string(actorKind), "actor_id": text(actorID), "actor_name": text(actorName),
            "through": .string(channel), "action": .string(action), "subject_kind": .string(subjectKind),
            "subject_id": text(subjectID), "before": text(before), "after": text(after),
            "undoes": undoes.map { .number($0) } ?? .null, "previous": .string(Base64URL.encode(previous)),
            "digest": .string(Base64URL.encode(digest)),
        ]
    }
}
