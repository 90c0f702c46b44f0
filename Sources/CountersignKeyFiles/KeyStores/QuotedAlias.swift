extension String {
    /// The name of an entry as a sentence may have it: in quotes, on one line, and not endless.
    ///
    /// Whoever made the file chose it. Counted are scalars, since one character can have any number of them.
    var quotedAlias: String {
        let scalars = unicodeScalars.prefix(64).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: Unicode.Scalar("?")
            default: scalar
            }
        }
        return "'" + String(String.UnicodeScalarView(scalars)) + "'"
    }
}
