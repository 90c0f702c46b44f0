import Foundation
import TestSupport

/// A program on its own pseudo-terminal, and the user's side of it.
final class PseudoTerminal {
    /// TIOCSPTLCK and TIOCGPTN, which Swift does not import (tty_ioctl(4)).
    private static let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

    private let process = Process()
    private let keyboard: Int32
    private var shown: [UInt8] = []
    /// How many bytes of it lie before the end of the last text that was waited for.
    private var seen = 0

    /// - Parameter program: must make standard input its controlling terminal, as `setsid --ctty` does.
    init(_ program: String, _ arguments: [String]) throws {
        keyboard = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (lock, number): (Int32, Int32) = (0, 0)
        guard keyboard >= 0, ioctl(keyboard, Self.setLock, &lock) == 0, ioctl(keyboard, Self.getNumber, &number) == 0
        else { throw TestFailure("no terminal: \(String(cString: strerror(errno)))") }
        let screen = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard screen >= 0 else { throw TestFailure("no terminal: \(String(cString: strerror(errno)))") }
        let handle = FileHandle(fileDescriptor: screen, closeOnDealloc: true)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = handle
        process.standardOutput = handle
        process.standardError = handle
        try Program.start(process)
        // The terminal closes with the program only if nothing else holds it open.
        try handle.close()
    }

    deinit { close(keyboard) }

    /// Reads until a text is shown, after the one that was waited for before.
    ///
    /// - Returns: what was shown between the two.
    @discardableResult
    func waits(for text: String) throws -> String {
        while true {
            if let found = shown[seen...].firstRange(of: Array(text.utf8)) {
                defer { seen = found.upperBound }
                return String(decoding: shown[seen..<found.lowerBound], as: UTF8.self)
            }
            guard let more = read() else {
                throw TestFailure("it ended after: \(String(decoding: shown[seen...], as: UTF8.self))")
            }
            shown += more
        }
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(keyboard, bytes, bytes.count)
    }

    /// Reads to the end, and returns everything that was shown.
    func readToEnd() -> String {
        while let more = read() { shown += more }
        process.waitUntilExit()
        return String(decoding: shown, as: UTF8.self)
    }

    /// The exit status, after the program has ended.
    var status: Int32 { process.terminationStatus }

    /// Reads some bytes; `nil` once the terminal is closed.
    private func read() -> ArraySlice<UInt8>? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Foundation.read(keyboard, &buffer, buffer.count)
        return count > 0 ? buffer.prefix(count) : nil
    }
}
