import Foundation
import TestSupport
import Testing

@testable import CLI

@Suite("The password in a file")
struct PasswordLineTests {
    @Test(
        "is its first line, without a byte order mark before it",
        arguments: [
            ("a b", "a b"), ("a b\n", "a b"), ("a b\r\n", "a b"), ("a b\nc\n", "a b"), ("\u{FEFF}a b\r\n", "a b"),
            ("\u{FEFF}", ""), ("\u{FEFF}\u{FEFF}a", "\u{FEFF}a"), ("a\u{FEFF}", "a\u{FEFF}"), ("", ""),
        ])
    func line(_ text: String, _ password: String) throws {
        let path = TemporaryDirectory().path
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let file = try InputFile(path, limit: PasswordOptions.maximumLength)
        #expect(file.firstLine == Array(password.utf8))
    }
}
