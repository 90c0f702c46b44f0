import Foundation

/// A question on the terminal before an action that cannot be undone.
enum Confirmation {
    /// Whether standard input is a terminal.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

    /// - Returns: whether the answer is yes; anything else counts as no.
    static func ask(_ question: String) -> Bool {
        print(VisibleText.of("\(question) [y/N] "), terminator: "")
        fflush(nil)
        return ["y", "yes"].contains(readLine()?.lowercased())
    }
}
