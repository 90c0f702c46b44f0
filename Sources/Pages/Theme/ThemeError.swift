/// A file of a theme that cannot be used.
package struct ThemeError: Error, Sendable, Equatable {
    /// Its path.
    package let file: String
    /// From 1.
    package let line: Int?
    /// What is wrong, as a predicate that follows the file's name.
    package let problem: String
    /// What to do, as a sentence.
    package let remedy: String

    init(_ file: String, line: Int? = nil, _ problem: String, remedy: String) {
        self.file = file
        self.line = line
        self.problem = problem
        self.remedy = remedy
    }

    package var message: String { "'\(file)'\(line.map { ", line \($0)," } ?? "") \(problem). \(remedy)" }
}
