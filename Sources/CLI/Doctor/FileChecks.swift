import Foundation

/// Who may read and write what the server keeps.
enum FileChecks {
    /// The mode of a file or directory; `nil` where there is none.
    static func mode(of path: String) -> FileMode? {
        var facts = stat()
        return stat(path, &facts) == 0 ? FileMode(facts.st_mode) : nil
    }

    /// - Parameter masterKey: the path of the master key; `nil` where it comes from the environment.
    static func findings(directory: String, masterKey: String?, mode: (String) -> FileMode?) -> [Finding] {
        var findings: [Finding] = []
        func check(_ path: String, _ what: String, _ remedy: String, isSecret: Bool = false) {
            guard let mode = mode(path), mode.isOpenToOthers else { return }
            let others = mode.isWritableByOthers ? "written" : "read"
            findings.append(
                Finding(
                    isSecret || mode.isWritableByOthers ? .problem : .warning, .files,
                    "\(what) \(path) can be \(others) by others (mode \(mode)).", remedy: remedy))
        }
        check(directory, "The data directory", "chmod 700 \(directory)")
        for name in ["countersign.sqlite", "countersign.sqlite-wal", "countersign.sqlite-shm"] {
            check("\(directory)/\(name)", "The database", "chmod 600 \(directory)/\(name)")
        }
        if let masterKey {
            check(masterKey, "The master key", "chmod 600 \(masterKey), and make new signing keys", isSecret: true)
        }
        return findings
    }
}
