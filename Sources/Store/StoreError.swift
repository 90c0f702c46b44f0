import Files

/// Why an operation of the store failed.
package enum StoreError: Error, Sendable, Equatable {
    /// The store cannot answer a valid request now: a full disk, a read-only directory, a locked database.
    case unavailable(String)
    /// A file or the directory of the store is not safe.
    case unsafeFile(FileFault)
    /// The item to be added already exists.
    case conflict(String)
    /// The item to be changed or removed does not exist.
    case notFound(String)
    /// The item cannot be stored: for example, its identifier is empty or contains a control character.
    case invalid(String)
    /// A `ChangeCondition` does not hold: the item was changed since it was read.
    case changed
    /// Another server uses the data directory, with this process identifier if it is known.
    case inUse(directory: String, process: Int?)
    /// Stored data cannot be read: a damaged file, or a record of a later version.
    case corrupt(String)

    /// The reason in `unavailable` if the disk is full.
    package static let fullDisk = "the disk is full"
    /// The reason in `unavailable` if another process is writing.
    package static let locked = "the database is locked by another process"

    /// The problem in one sentence.
    package var message: String {
        switch self {
        case .unavailable(let reason): "The store is unavailable: \(reason)."
        case .unsafeFile(let fault): "The store is unavailable: \(fault.problem)."
        case .conflict(let what): "\(what) already exists."
        case .notFound(let what): "\(what) does not exist."
        case .invalid(let what): "\(what)."
        case .changed: "It was changed meanwhile."
        case .inUse(let directory, let process):
            "another server uses the data directory '\(directory)'\(process.map { " (process \($0))" } ?? "")."
        case .corrupt(let what): "The store is damaged: \(what)."
        }
    }

    /// The error in the verifier's form, which only says that there is no answer.
    package var asUnavailable: StoreUnavailable {
        switch self {
        case .unavailable(let reason): StoreUnavailable(reason)
        case .unsafeFile, .conflict, .notFound, .invalid, .changed, .inUse, .corrupt: StoreUnavailable(message)
        }
    }
}
