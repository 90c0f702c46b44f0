import Testing

@testable import CLI

@Suite("Errors and warnings are written in one style")
struct SentenceTests {
    @Test(
        "in lower case and with a full stop, names and files as they are",
        arguments: [
            ("There is no client", "there is no client."),
            ("A client 'B' already exists.", "a client 'B' already exists."),
            ("Makefile: it is empty", "Makefile: it is empty."),
            ("PKCS#8 is not read here", "PKCS#8 is not read here."),
            ("Countersign runs.", "Countersign runs."), ("What now?", "what now?"),
            ("See https://as.example/errors/expired", "see https://as.example/errors/expired"),
            ("It has no key. To do: countersign client list", "it has no key. To do: countersign client list"),
            ("--key is missing", "--key is missing."), ("two\n   lines", "two lines."),
            ("a\u{1B}[31mb", "a\\u{1b}[31mb."),
            ("PreventTokenReuse is false.", "PreventTokenReuse is false."), ("", ""),
        ])
    func sentence(_ text: String, _ written: String) {
        #expect(Sentence.of(text) == written)
    }

    @Test(
        "A command to type is quoted where the shell needs it",
        arguments: [
            (["serve"], "countersign serve"), (["client", "show", "a b"], "countersign client show 'a b'"),
            (["client", "show", "it's"], "countersign client show 'it'\\''s'"), (["x", ""], "countersign x ''"),
            (["x", "~/a", "$(id)", "a;b"], "countersign x '~/a' '$(id)' 'a;b'"),
        ])
    func command(_ arguments: [String], _ text: String) {
        #expect(ShellCommand.text(arguments) == text)
    }
}
