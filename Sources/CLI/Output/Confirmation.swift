import Foundation

/// A question on the terminal before something is done that cannot be undone.
enum Confirmation {
    /// Whether there is somebody to ask.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

    /// - Returns: whether the person said yes; anything else is no.
    static func ask(_ question: String) -> Bool {
        print(VisibleText.of("\(question) [y/N] "), terminator: "")
        fflush(nil)
        return ["y", "yes"].contains(readLine()?.lowercased())
    }
}
