import Countersign

/// Why the store could not do what it was asked.
package enum StoreError: Error, Sendable, Equatable {
    /// Nothing is wrong with the request; the store cannot answer now: a full disk, a read-only directory, a locked database.
    case unavailable(String)
    /// What was to be added is there already.
    case conflict(String)
    /// What was to be changed or removed is not there.
    case notFound(String)
    /// What was to be kept cannot be: an empty identifier, a control character in it.
    case invalid(String)
    /// Another server has the data directory, under this process identifier if it said so.
    case inUse(directory: String, process: Int?)
    /// What was read is not what was written: a damaged file, or a record made by a later version.
    case corrupt(String)

    /// The reason of `unavailable` where there is no room left.
    package static let fullDisk = "the disk is full"
    /// The reason of `unavailable` where another process writes.
    package static let locked = "the database is locked by another process"

    /// What is wrong, in one sentence.
    package var message: String {
        switch self {
        case .unavailable(let reason): "The store is unavailable: \(reason)."
        case .conflict(let what): "\(what) exists already."
        case .notFound(let what): "\(what) does not exist."
        case .invalid(let what): "\(what)."
        case .inUse(let directory, let process):
            "another server uses the data directory '\(directory)'\(process.map { " (process \($0))" } ?? "")."
        case .corrupt(let what): "The store is damaged: \(what)."
        }
    }

    /// The same towards the verifier, which only wants to know that there is no answer.
    package var asUnavailable: StoreUnavailable {
        switch self {
        case .unavailable(let reason): StoreUnavailable(reason)
        case .conflict, .notFound, .invalid, .inUse, .corrupt: StoreUnavailable(message)
        }
    }
}
