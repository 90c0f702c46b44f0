/// The settings of the pages that people see.
package struct PageSettings: Sendable {
    /// The name at the top of each page, which people know the server by.
    package var name = "Countersign"
    /// Where people find help.
    package var helpURL: String?
    /// What is kept about people who sign in.
    package var privacyURL: String?
    /// A folder of files that replace those of `Sources/Pages`.
    package var theme: String?

    package init() {}
}
