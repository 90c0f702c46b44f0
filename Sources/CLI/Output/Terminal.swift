import Foundation

/// An output of a command, and whether colour may be used there.
struct Terminal: Sendable {
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    let isColourful: Bool

    /// Standard output.
    static let output = Terminal(descriptor: STDOUT_FILENO)
    /// Standard error.
    static let errors = Terminal(descriptor: STDERR_FILENO)
    /// An output without colour, for tests and files.
    static let plain = Terminal(isColourful: false)

    /// Applies a style, if colour may be used.
    func styled(_ text: String, _ style: Style) -> String {
        isColourful ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Prints lines without buffering, for programs that read the output of a running server.
    static func write(_ text: String) {
        print(text)
        fflush(nil)
    }

    static func note(_ text: String) { report("note:", .bold, text) }

    /// Prints a warning on standard error; the command continues.
    static func warn(_ text: String) { report("warning:", .yellow, text) }

    private static func report(_ label: String, _ style: Style, _ text: String) {
        FileHandle.standardError.write(Data((errors.styled(label, style) + " " + Sentence.of(text) + "\n").utf8))
    }
}

extension Terminal {
    /// Enables colour on a terminal that supports it, unless NO_COLOR is set (https://no-color.org).
    private init(descriptor: Int32) {
        let environment = ProcessInfo.processInfo.environment
        isColourful =
            isatty(descriptor) == 1 && environment["TERM"] != "dumb" && environment["NO_COLOR", default: ""].isEmpty
    }
}
