/// For what a process opens a store.
package enum StoreRole: Sendable {
    /// A server: takes the exclusive lock on the data directory, and reads into memory which `jti`s were used.
    case server
    /// Administration beside a server that may run: changes clients and keys, reads the audit log, and cannot claim a `jti`.
    case administration
}
