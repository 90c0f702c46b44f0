import Foundation

/// Figures that Linux reports about a process.
enum ProcessFacts {
    /// Returns the memory in use, in KB.
    static func memory(of process: Int32) throws -> Int { try status("VmRSS", of: process) }

    /// Returns the memory in use, in KB, and resets the peak.
    static func memoryBefore(of process: Int32) throws -> Int {
        let file = FileHandle(forWritingAtPath: "/proc/\(process)/clear_refs")
        try file?.write(contentsOf: Data("5".utf8))
        try file?.close()
        return try memory(of: process)
    }

    /// Returns the peak memory, in KB.
    static func peakMemory(of process: Int32) throws -> Int { try status("VmHWM", of: process) }

    /// Counts open files and connections.
    static func descriptors(of process: Int32) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
    }

    /// Returns the CPU time used since the start, in hundredths of a second.
    static func processorTime(of process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // The name, in parentheses, may contain spaces; user and system time are the 14th and 15th field.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else {
            throw TestFailure("no times in \(text)")
        }
        return user + system
    }

    private static func status(_ name: String, of process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
        guard let number = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Int($0) }) else {
            throw TestFailure("no \(name) of process \(process)")
        }
        return number
    }
}
