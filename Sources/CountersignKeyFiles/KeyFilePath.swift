import Files

extension KeyFile {
    /// Reads a file.
    ///
    /// - Throws: ``KeyFileError``; its reason is `.unreadable` if the operating system does not open the file.
    public init(path: String) throws(KeyFileError) {
        try self.init(try content(path, Self.maximumLength), name: path)
    }

    /// Reads text, such as PEM from a configuration.
    public init(text: String, name: String = "the text") throws(KeyFileError) {
        try self.init(Array(text.utf8), name: name)
    }
}

extension PrivateKeyFile {
    /// Reads a file.
    ///
    /// - Throws: ``KeyFileError``; its reason is `.unreadable` if the operating system does not open the file.
    public init(path: String, password: String? = nil) throws(KeyFileError) {
        try self.init(try content(path, KeyFile.maximumLength), name: path, password: password.map { Array($0.utf8) })
    }

    /// Reads text, such as PEM from a configuration.
    public init(text: String, name: String = "the text", password: String? = nil) throws(KeyFileError) {
        try self.init(Array(text.utf8), name: name, password: password.map { Array($0.utf8) })
    }
}

extension KeyStoreFile {
    /// Reads a file.
    ///
    /// - Throws: ``KeyFileError``; its reason is `.unreadable` if the operating system does not open the file.
    public init(path: String, password: String?) throws(KeyFileError) {
        try self.init(try content(path, Self.maximumLength), name: path, password: password.map { Array($0.utf8) })
    }
}

private func content(_ path: String, _ limit: Int) throws(KeyFileError) -> [UInt8] {
    do {
        return try WholeFile(path, limit: limit).bytes
    } catch {
        throw KeyFileError(path, .unreadable(error.text))
    }
}
