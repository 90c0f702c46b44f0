import Administration
import Foundation

/// A password prompt on the terminal, without echo.
enum PasswordPrompt {
    /// The keys that end or edit a line, which the terminal does not handle without canonical mode.
    private enum Key {
        static let interrupt: UInt8 = 0x03
        static let endOfFile: UInt8 = 0x04
        static let erase: [UInt8] = [0x08, 0x7F]
        static let eraseLine: UInt8 = 0x15
        static let enter: [UInt8] = [0x0A, 0x0D]
    }

    /// - Returns: the password in UTF-8, or `nil` without a terminal.
    /// - Throws: `CommandFailure` if the question is interrupted.
    static func ask(_ question: String) throws -> [UInt8]? {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { return nil }
        // Signals are read as keys, so that none of them leaves the terminal without echo.
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ECHONL | ISIG | ICANON)
        guard tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else { return nil }
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        write(VisibleText.oneLine(question) + " ", to: terminal)
        defer { write("\n", to: terminal) }
        return try line(from: terminal)
    }

    private static func line(from terminal: Int32) throws -> [UInt8] {
        var line: [UInt8] = []
        while true {
            var byte: UInt8 = 0
            let count = read(terminal, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != Key.interrupt else { throw CommandFailure("No password was given.") }
            if Key.enter.contains(byte) || byte == Key.endOfFile { return line }
            if Key.erase.contains(byte) {
                // Removes all bytes of a character.
                while let last = line.popLast(), last & 0xC0 == 0x80 {}
            } else if byte == Key.eraseLine {
                line = []
            } else if line.count < PasswordOptions.maximumLength {
                line.append(byte)
            }
        }
    }

    private static func write(_ text: String, to terminal: Int32) {
        let bytes = Array(text.utf8)
        _ = Foundation.write(terminal, bytes, bytes.count)
    }
}
