/// Why a key set is to be read again.
package enum RefreshReason: Sendable, Equatable {
    /// The time has come.
    case due
    /// An assertion names a key that the set does not have (rule 13). That is honoured before the time has come, but not sooner
    /// than the cool-down after the last attempt began, whatever that was for.
    case unknownKey(coolDown: Duration)
}
