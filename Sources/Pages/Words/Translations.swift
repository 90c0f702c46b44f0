/// The languages in which the pages are available.
struct Translations: Sendable {
    /// The language of people whose languages are not available, and of texts that a translation lacks.
    static let fallback = "en"

    /// In the order of the links to other languages.
    let all: [Translation]
    private let fallback: Translation

    /// - Parameter texts: by language; English must be among them.
    init(_ texts: [String: [String: String]]) {
        let english = texts[Self.fallback] ?? [:]
        fallback = Translation(language: Self.fallback, texts: english)
        all = texts.sorted { $0.key < $1.key }.map { language, texts in
            Translation(language: language, texts: english.merging(texts) { $1 })
        }
    }

    /// Returns the first of a person's languages that is available: by its whole tag, or by a shorter one (RFC 4647 §3.4), such as `de`
    /// for `de-AT`.
    func preferred(_ languages: [String]) -> Translation {
        for language in languages {
            var range = language.lowercased()[...]
            while !range.isEmpty {
                if let translation = all.first(where: { $0.language.lowercased() == range }) { return translation }
                guard let hyphen = range.lastIndex(of: "-") else { break }
                range = range[..<hyphen]
            }
        }
        return fallback
    }
}
