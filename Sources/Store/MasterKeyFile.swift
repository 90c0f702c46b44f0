import Files

/// The file of a master key: one line, readable and writable by its owner only.
package struct MasterKeyFile: Sendable {
    package let path: String

    /// Reads nothing yet.
    package init(path: String) {
        self.path = path
    }

    /// Reads the key.
    ///
    /// - Parameters:
    ///   - changes: whether a group's permissions on a file of this user are removed, or only reported.
    ///   - report: receives a clause about those permissions.
    /// - Returns: `nil` if the file does not exist.
    /// - Throws: `MasterKeyError` if the file is readable by others or does not contain a key.
    package func load(
        changes: Bool = false, report: (String) -> Void = { _ in }
    ) throws(MasterKeyError) -> MasterKey? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            let (number, reason) = (errno, Self.reason())
            if number == ENOENT || number == ELOOP, FileFacts(path: path, followsLinks: false)?.kind == .symbolicLink {
                throw .file(FileFault(role: .masterKey, path: path, reason: .brokenLink))
            }
            if number == ENOENT { return nil }
            throw .system(path: path, reason: reason)
        }
        defer { close(file) }
        if let fault = FileRepair.checkAndRepair(.masterKey, path, descriptor: file, changes: changes, report: report) {
            throw .file(fault)
        }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = buffer.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw .system(path: path, reason: Self.reason()) }
        let text = String(decoding: buffer.prefix(count), as: UTF8.self)
        return try MasterKey(text: text.last == "\n" ? String(text.dropLast()) : text)
    }

    /// Reads the key, or creates one if the file does not exist.
    ///
    /// A new key is written to a temporary file, flushed and linked to its path, so that a crash leaves either no key or a complete one,
    /// and two servers that start together get the same key.
    ///
    /// - Parameter report: receives a clause if a group's permissions on a file of this user were removed.
    package func loadOrCreate(report: (String) -> Void = { _ in }) throws(MasterKeyError) -> MasterKey {
        if let key = try load(changes: true, report: report) { return key }
        let unfinished = path + ".\(getpid()).\(UInt32.random(in: .min ... .max))"
        try save(MasterKey.generate(), to: unfinished)
        defer { unlink(unfinished) }
        if link(unfinished, path) != 0, errno != EEXIST { throw .system(path: path, reason: Self.reason()) }
        DataDirectory.synchronize(DataDirectory.parent(of: path))
        guard let key = try load() else { throw .system(path: path, reason: Self.reason()) }
        return key
    }

    private func save(_ key: MasterKey, to path: String) throws(MasterKeyError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(path: path, reason: Self.reason()) }
        defer { close(file) }
        FileRepair.chown(file, toOwnerOf: DataDirectory.parent(of: path))
        let line = Array((key.text + "\n").utf8)
        guard write(file, line, line.count) == line.count, fsync(file) == 0 else {
            let reason = Self.reason()
            unlink(path)
            throw .system(path: path, reason: reason)
        }
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
