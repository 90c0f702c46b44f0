import HTTP

// Remedies for errors that require a command, a flag or another program.

extension StoreError {
    var messageWithRemedy: String {
        switch self {
        case .unavailable(StoreError.fullDisk): "\(message) Free space on the disk of the data directory."
        case .unavailable(StoreError.locked): "\(message) Try again when the other process has ended."
        case .unavailable: "\(message) \(Self.directoryRemedy)"
        case .unsafeFile(let fault): "The store is unavailable: \(fault.phrase). \(Self.directoryRemedy)"
        case .corrupt: "\(message) Restore the data directory from a backup."
        case .conflict: "\(message) Choose another name, or change the existing one."
        case .notFound: "\(message) Check the name."
        case .changed: "\(message) Look at it again, and repeat what is still to be changed."
        case .inUse: "\(message) Stop it first, or give this one a directory of its own with --data."
        case .invalid: message
        }
    }

    private static let directoryRemedy =
        "See that the data directory (--data) is the right one and that this user may read and write it."
}

extension TLSFilesError {
    var messageWithRemedy: String {
        if let fault { return "\(file): \(problem): \(fault.remedy)." }
        return switch conversion {
        case .openSSHKey: "\(file): \(problem); convert a copy: ssh-keygen -p -m PKCS8 -f COPY."
        case .encryptedKey: "\(file): \(problem); write it without one: openssl pkey -in FILE -out NEW.pem."
        case nil: message
        }
    }
}

extension ListenError {
    /// The message and the remedy, as a sentence without its full stop, because the caller adds "or choose another address".
    var phraseWithRemedy: String {
        let remedy =
            switch reason {
            case .inUse: "'ss -ltnp sport = :\(port)' shows which one; stop it"
            case .notPermitted: "Give the program CAP_NET_BIND_SERVICE (AmbientCapabilities in systemd)"
            case .noSuchAddress: "'ip address' lists its addresses; use one of them"
            case .unresolved: "Give an address of this machine"
            case .other: "Free it"
            }
        return "\(message) \(remedy)"
    }
}
