import AdminClient
import Administration
import CountersignClient
import CountersignKeyFiles
import Foundation
import HTTP
import Pages

/// The rendering of errors on standard error: `error: what is wrong. What to do.`
enum ErrorLine {
    /// Prints a line, or a line for each mistake in a configuration.
    static func write(_ error: any Error) {
        FileHandle.standardError.write(Data((text(for: error, on: .errors) + "\n").utf8))
    }

    /// Returns the lines without control characters.
    static func text(for error: any Error, on terminal: Terminal = .plain) -> String {
        let sentences = (error as? ConfigurationError)?.sentences ?? [sentence(for: error)]
        return sentences.map { terminal.styled("error:", .red) + " " + ShortText.of(Sentence.of($0)) }.joined(
            separator: "\n")
    }

    private static func sentence(for error: any Error) -> String {
        switch error {
        case MasterKeyError.file(let fault): fault.message
        case let error as TLSFilesError: error.messageWithRemedy
        case let error as StoreError: error.messageWithRemedy
        case let error as any MessageError: error.message
        case let error as KeyFileError: error.messageWithCommand
        case let error as ListenError: error.phraseWithRemedy
        case let error as JSONError: error.phrase
        case let error as JWSError: error.phrase
        case let error as KeyError: error.phrase
        case let error as StoreUnavailable: StoreError.unavailable(error.reason).messageWithRemedy
        default: String(describing: error)
        }
    }
}

/// An error whose message says what happened and what to do.
protocol MessageError: Error {
    var message: String { get }
}

extension AdminClientError: MessageError {}
extension MasterKeyError: MessageError {}
extension SealingError: MessageError {}
extension TokenClientError: MessageError {}
extension ThemeError: MessageError {}

/// The failure of a command, as a sentence.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
