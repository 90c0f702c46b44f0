import Countersign
import CountersignClient
import CountersignJOSE
import CountersignKeys
import CountersignServer
import CountersignStore
import Foundation
import HTTP

/// The one place that turns an error into what a person reads: one line on standard error.
enum ErrorLine {
    /// Prints the line.
    static func write(_ error: any Error) {
        FileHandle.standardError.write(Data((text(for: error, on: .errors) + "\n").utf8))
    }

    /// `error: …`; an error of the configuration begins with its place, as compilers do it: `FILE:LINE: …`.
    static func text(for error: any Error, on terminal: Terminal = .plain) -> String {
        if let error = error as? ConfigurationError { return VisibleText.oneLine(error.description) }
        return terminal.styled("error:", .red) + " " + VisibleText.oneLine(sentence(for: error))
    }

    private static func sentence(for error: any Error) -> String {
        switch error {
        case let error as any Explained: error.explanation
        case let error as KeyFileError: error.line
        case let error as StoreUnavailable: "The store is unavailable: \(error.reason)."
        default: String(describing: error)
        }
    }
}

/// An error that says in a sentence what happened and what to do.
protocol Explained: Error {
    var explanation: String { get }
}

extension JSONError: Explained {}
extension JWSError: Explained {}
extension KeyError: Explained {}
extension ListenError: Explained {}
extension MasterKeyError: Explained {}
extension SealingError: Explained {}
extension ServerStartError: Explained {}
extension StoreError: Explained {}
extension TLSFilesError: Explained {}
extension TokenClientError: Explained {}
