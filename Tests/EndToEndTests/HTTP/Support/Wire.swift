import Foundation

/// A blocking TCP connection to this machine on which a test writes and reads exact bytes.
final class Wire {
    private let descriptor: Int32
    /// Bytes read that belong to later answers.
    private var pending: [UInt8] = []

    /// The timeout of a read or a write, in seconds. Generous, because no test measures the machine's speed.
    static let patience: Int = 30

    /// - Parameter receiveBuffer: the socket's receive buffer in bytes; `nil` for the system's default.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        // A program that is being started inherits it otherwise, and keeps the connection open.
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestFailure("socket: \(errno)") }
        var time = timeval(tv_sec: Self.patience, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // The object is complete, so `deinit` closes the descriptor.
        guard status == 0 else { throw TestFailure("connect: \(errno)") }
    }

    deinit { Foundation.close(descriptor) }

    /// Writes all bytes; returns `false` if the server closes the connection first or stops reading.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Writes without blocking, and returns how many bytes the system took.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        return max(0, bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, flags) })
    }

    /// Half-closes the connection; reading goes on.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Reads until the server closes the connection; throws if it does not within `patience`.
    func readToEnd() throws -> [UInt8] {
        var all = pending
        pending = []
        while let more = try read() { all += more }
        return all
    }

    /// Reads the answers until the server closes the connection.
    func answersToEnd(toHEAD: Bool = false) throws -> [RawAnswer] {
        RawAnswer.all(in: try readToEnd(), toHEAD: toHEAD).answers
    }

    /// Reads the next answer on a connection that stays open.
    func answer(toHEAD: Bool = false) throws -> RawAnswer {
        while true {
            if let (answer, length) = RawAnswer.first(in: pending[...], toHEAD: toHEAD) {
                pending.removeFirst(length)
                return answer
            }
            guard let more = try read() else { throw TestFailure("closed before an answer") }
            pending += more
        }
    }

    /// Whether the server closes the connection within `patience`, regardless of what it sends before.
    var isClosedByServer: Bool { (try? readToEnd()) != nil }

    /// Reads the next bytes; `nil` at the end or after a reset.
    private func read() throws -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        if count == 0 || count < 0 && (errno == ECONNRESET || errno == EPIPE) { return nil }
        guard count > 0 else { throw TestFailure("the connection stayed open for \(Self.patience) s") }
        return Array(bytes.prefix(count))
    }
}
