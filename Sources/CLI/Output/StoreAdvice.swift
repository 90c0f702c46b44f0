import Store

/// Errors of the store, with advice for the operator.
enum StoreAdvice {
    static func sentence(for error: StoreError) -> String {
        switch error {
        case .unavailable(let reason):
            "\(error.explanation) \(advice(reason))"
        case .corrupt:
            "\(error.explanation) Restore the data directory from a backup."
        case .conflict: "\(error.explanation) Choose another name, or change the one there is."
        case .notFound: "\(error.explanation) Check the name."
        case .invalid, .inUse: error.explanation
        }
    }

    private static func advice(_ reason: String) -> String {
        switch reason {
        case StoreError.fullDisk: "Make room on the disk of the data directory."
        case StoreError.locked: "Try again when the other process has ended."
        default: "See that the data directory (--data) is the right one and that this user may read and write it."
        }
    }
}
