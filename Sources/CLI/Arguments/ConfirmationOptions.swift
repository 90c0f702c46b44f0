import Administration
import ArgumentParser
import Foundation

/// `--yes` and the confirmation prompt, for commands that remove something.
struct ConfirmationOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    /// Throws if there is no terminal to ask on and `--yes` was not given.
    func requireAnswer() throws {
        guard yes || isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("There is no terminal to ask on. Confirm with --yes.")
        }
    }

    /// Asks on the terminal, unless `--yes` was given.
    ///
    /// - Throws: `CommandFailure` for any answer but yes.
    func confirm(_ question: String) throws {
        guard !yes else { return }
        print(VisibleText.of("\(question) [y/N] "), terminator: "")
        fflush(nil)
        guard ["y", "yes"].contains(readLine()?.lowercased()) else { throw CommandFailure("Nothing was removed.") }
    }
}
