import Foundation

/// CPU time and memory of the measured processes according to proc(5): one for Countersign, several for a server with workers.
struct ServerProcess: Sendable {
    private let identifiers: [Int32]

    init(identifiers: [Int32]) {
        self.identifiers = identifiers
    }

    init(identifier: Int32) {
        self.init(identifiers: [identifier])
    }

    /// Returns user and system time of all threads of all processes in seconds, in steps of `1 / sysconf(_SC_CLK_TCK)`.
    func processorSeconds() throws -> Double {
        try identifiers.reduce(0) { try $0 + processorSeconds($1) }
    }

    /// Returns the resident memory of all processes in KiB; shared pages count once per process.
    func residentKibibytes() throws -> Int {
        try identifiers.reduce(0) { try $0 + residentKibibytes($1) }
    }

    /// Whether the first process is running. An ended child remains as a zombie until its parent waits for it.
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

    /// Returns the fields from the third on: the second is a name in parentheses, which may contain anything.
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
