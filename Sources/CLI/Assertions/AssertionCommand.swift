import ArgumentParser

/// `countersign assertion`: make one, or look at one.
struct AssertionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assertion", abstract: "Make a client assertion, or see what is wrong with one.",
        subcommands: [AssertionSign.self, AssertionInspect.self])
}
