import Pages

/// What a page of the console shows. One page is one value of this kind, one template and one `ConsolePage`.
protocol ConsoleContent: Sendable {
    /// The name of its template.
    static var template: String { get }
    var head: PageHead { get }
    /// Values by name: texts, which the template escapes, Booleans, dictionaries and arrays. A name must not be one of the frame's, see
    /// `ConsoleRenderer`. Text that other people chose goes through `ShownText`.
    var context: [String: Any] { get }
    /// Whether it only says what was done or what went wrong, so that nothing more is sent from it.
    var isOutcome: Bool { get }
}

extension ConsoleContent {
    var isOutcome: Bool { false }
}

/// A page with a list that goes on on other pages.
///
/// Identifiers that others chose may be so long, in addresses above all, which are never cut, that the usual number of rows makes the page
/// longer than `ConsoleRenderer.maximumLength`: it is shown with fewer rows then.
protocol ListedContent: ConsoleContent {
    /// The number of rows that it shows.
    var rowCount: Int { get }
    /// Returns the page with fewer rows. Its links lead on from these, so that each row is on one of the pages.
    func keeping(_ count: Int) -> Self
}

/// What is above and below the content of each page.
struct PageHead: Sendable {
    /// The page's own name.
    let title: String
    /// An identifier beside the title.
    var key: String?
    /// The pages above this one, the first one first; paths are below the console's address.
    var crumbs: [(title: String, path: String)] = []
    /// One or two sentences that say how things stand.
    var lead = ""
    /// Whether administrators can change something on the page, so that viewers are told whom to ask.
    var offersChanges = false
    /// The commands that do the same, made with `ShellCommand`.
    var commands: [String] = []

    /// Returns a command with what was typed, or a general one if it would repeat too much of what the page has already.
    static func command(_ typed: String, or general: String) -> String {
        ShownText.htmlLength(typed) <= 4000 ? typed : general
    }
}
