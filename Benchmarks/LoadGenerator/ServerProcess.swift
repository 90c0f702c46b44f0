import Foundation

/// What Linux tells about the measured process (proc(5)).
struct ServerProcess: Sendable {
    let identifier: Int32

    /// User and system time of all its threads, in seconds; the grain is that of `sysconf(_SC_CLK_TCK)`.
    func processorSeconds() throws -> Double {
        // utime and stime are the 14th and 15th field.
        let fields = try status()
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw unreadable("stat")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Resident memory, in KiB.
    func residentKibibytes() throws -> Int {
        for line in try read("status").split(separator: "\n") where line.hasPrefix("VmRSS:") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.count > 1, let kibibytes = Int(words[1]) { return kibibytes }
        }
        throw unreadable("status")
    }

    /// A child that has ended is still there, as a zombie, until its parent asks for it.
    var isRunning: Bool { (try? status().first).map { $0 != "Z" && $0 != "X" } ?? false }

    /// The fields from the third on: the second is a name in parentheses, which may hold anything.
    private func status() throws -> [Substring] {
        let text = try read("stat")
        guard let end = text.lastIndex(of: ")") else { throw unreadable("stat") }
        return text[text.index(after: end)...].split(separator: " ")
    }

    private func read(_ name: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(identifier)/\(name)") else {
            throw unreadable(name)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func unreadable(_ name: String) -> LoadError {
        .failed("cannot read /proc/\(identifier)/\(name): is the server running?")
    }
}
