import Administration
import Synchronization

/// The certificates of files that were checked and wait for a second press of the button, so that no file is chosen twice.
///
/// They are kept in memory, for a short time: the certificates, which are public, and neither the file with its private keys nor its
/// password. Another process, or this one after a restart, does not have them; then the file is chosen again. A class because all requests
/// share the bounds.
final class CheckedFiles: Sendable {
    static let lifetime: Duration = .seconds(600)
    /// The most files of all people together; the oldest one makes room.
    static let maximumCount = 16

    private struct Held {
        let id: String
        let owner: [UInt8]
        let file: CertificateFile
        let heldAt: UnixTime
    }

    /// In the order of time.
    private let held = Mutex<[Held]>([])

    /// Keeps the certificates of a file.
    ///
    /// - Parameter owner: the first grant of the person’s series of sign-ins.
    /// - Returns: the name under which only this owner finds them.
    func hold(_ file: CertificateFile, for owner: [UInt8], at now: UnixTime) -> String {
        let new = Held(id: Base64URL.encode(RandomBytes.make(16)), owner: owner, file: file, heldAt: now)
        held.withLock { held in
            held.removeAll { Self.isOver($0, at: now) }
            if held.count >= Self.maximumCount { held.removeFirst() }
            held.append(new)
        }
        return new.id
    }

    func file(_ id: String, of owner: [UInt8], at now: UnixTime) -> CertificateFile? {
        held.withLock { held in
            held.removeAll { Self.isOver($0, at: now) }
            return held.first { $0.id == id && $0.owner == owner }?.file
        }
    }

    func drop(_ id: String, of owner: [UInt8]) {
        held.withLock { $0.removeAll { $0.id == id && $0.owner == owner } }
    }

    private static func isOver(_ held: Held, at now: UnixTime) -> Bool {
        held.heldAt + lifetime <= now || now < held.heldAt
    }
}
