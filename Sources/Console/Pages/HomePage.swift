import Administration

/// The first page: what there is to see, and as whom.
struct HomePage: ConsolePage {
    let path = ""

    func show(_ visit: Visit) -> any ConsoleContent { HomeContent(path: visit.address.path) }
}

struct HomeContent: ConsoleContent {
    static let template = "home"

    /// Of the console.
    let path: String

    var head: PageHead {
        PageHead(
            title: "Console", lead: "What this server keeps, and what it does with it.",
            commands: [ShellCommand.text(["client", "list"]), ShellCommand.text(["doctor"])])
    }

    var context: [String: Any] { ["groups": Navigation.context(at: "", below: path)] }
}
