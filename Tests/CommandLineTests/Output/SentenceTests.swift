import Testing

@testable import Administration
@testable import CLI

@Suite("The style of errors and warnings")
struct SentenceTests {
    @Test(
        "is lower case with a full stop, with names and files unchanged",
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
        "A command is quoted where the shell requires it",
        arguments: [
            (["serve"], "countersign serve"), (["client", "show", "a b"], "countersign client show 'a b'"),
            (["client", "show", "it's"], "countersign client show 'it'\\''s'"), (["x", ""], "countersign x ''"),
            (["x", "~/a", "$(id)", "a;b"], "countersign x '~/a' '$(id)' 'a;b'"),
        ])
    func command(_ arguments: [String], _ text: String) {
        #expect(ShellCommand.text(arguments) == text)
    }
}
