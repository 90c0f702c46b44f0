import Foundation

/// Where a command writes to, and whether colour may be used there.
struct Terminal: Sendable {
    /// How a piece of text is set apart.
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    /// Whether text may be styled.
    let isColourful: Bool

    /// What commands print their answer to.
    static let output = Terminal(descriptor: STDOUT_FILENO)
    /// What errors and warnings go to.
    static let errors = Terminal(descriptor: STDERR_FILENO)
    /// A terminal without colour, for tests and files.
    static let plain = Terminal(isColourful: false)

    init(isColourful: Bool) {
        self.isColourful = isColourful
    }

    /// Colour is for people: on a terminal that can show it, and not where NO_COLOR is set (https://no-color.org).
    private init(descriptor: Int32) {
        let environment = ProcessInfo.processInfo.environment
        isColourful =
            isatty(descriptor) == 1 && environment["TERM"] != "dumb" && environment["NO_COLOR", default: ""].isEmpty
    }

    /// The text in a style, where styles may be used.
    func styled(_ text: String, _ style: Style) -> String {
        isColourful ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Prints lines at once, also into a pipe: a server says where it listens while it runs.
    static func write(_ text: String) {
        print(text)
        fflush(nil)
    }

    /// Prints what is good to know beside the answer, which standard output is for.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((errors.styled("note:", .bold) + " " + Sentence.of(text) + "\n").utf8))
    }

    /// Prints a warning; the command goes on.
    static func warn(_ text: String) {
        let line = errors.styled("warning:", .yellow) + " " + Sentence.of(text) + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
