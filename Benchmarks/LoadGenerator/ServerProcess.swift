import Foundation

/// What Linux tells about the measured processes (proc(5)): one of ours, or several of a server with workers.
struct ServerProcess: Sendable {
    private let identifiers: [Int32]

    init(identifiers: [Int32]) {
        self.identifiers = identifiers
    }

    init(identifier: Int32) {
        self.init(identifiers: [identifier])
    }

    /// User and system time of all threads of all processes, in seconds; the grain is that of `sysconf(_SC_CLK_TCK)`.
    func processorSeconds() throws -> Double {
        try identifiers.reduce(0) { try $0 + processorSeconds($1) }
    }

    /// Resident memory of all processes, in KiB; pages that they share count once for each.
    func residentKibibytes() throws -> Int {
        try identifiers.reduce(0) { try $0 + residentKibibytes($1) }
    }

    /// Whether the first process runs. A child that has ended stays as a zombie until its parent waits for it.
    var isRunning: Bool {
        guard let first = identifiers.first else { return false }
        return (try? status(first).first).map { $0 != "Z" && $0 != "X" } ?? false
    }

    private func processorSeconds(_ identifier: Int32) throws -> Double {
        // utime and stime are the 14th and 15th field.
        let fields = try status(identifier)
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw unreadable(identifier, "stat")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private func residentKibibytes(_ identifier: Int32) throws -> Int {
        for line in try read(identifier, "status").split(separator: "\n") where line.hasPrefix("VmRSS:") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.count > 1, let kibibytes = Int(words[1]) { return kibibytes }
        }
        throw unreadable(identifier, "status")
    }

    /// The fields from the third on: the second is a name in parentheses, which may hold anything.
    private func status(_ identifier: Int32) throws -> [Substring] {
        let text = try read(identifier, "stat")
        guard let end = text.lastIndex(of: ")") else { throw unreadable(identifier, "stat") }
        return text[text.index(after: end)...].split(separator: " ")
    }

    private func read(_ identifier: Int32, _ name: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(identifier)/\(name)") else {
            throw unreadable(identifier, name)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func unreadable(_ identifier: Int32, _ name: String) -> LoadError {
        .failed("cannot read /proc/\(identifier)/\(name): is the server running?")
    }
}
