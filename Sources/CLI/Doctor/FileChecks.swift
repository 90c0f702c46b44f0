import CountersignFiles
import CountersignStoreSQLite

/// Who may read and write what the server keeps.
enum FileChecks {
    /// A file that is looked at: what it is to the server, and where.
    struct Subject {
        let role: FileTrust.Role
        let path: String
    }

    /// - Parameters:
    ///   - masterKey: the path of the master key; `nil` where it comes from the environment.
    ///   - tlsKey: the path of the TLS key; `nil` where there is none.
    static func subjects(directory: String, masterKey: String?, tlsKey: String? = nil) -> [Subject] {
        [Subject(role: .dataDirectory, path: directory)]
            + SQLiteStore.files(in: directory).map { Subject(role: .database, path: $0) }
            + [(FileTrust.Role.masterKey, masterKey), (.tlsKey, tlsKey)].compactMap { role, path in
                path.map { Subject(role: role, path: $0) }
            }
    }

    /// - Parameter facts: what is known of a subject; `nil` where it does not exist.
    static func findings(
        _ subjects: [Subject], facts: (Subject) -> FileFacts?, fault: (Subject, FileFacts) -> FileFault?
    ) -> [Finding] {
        subjects.compactMap { subject in
            guard let facts = facts(subject) else { return nil }
            if let fault = fault(subject, facts) {
                return Finding(
                    .problem, .files, fault.problem.prefix(1).uppercased() + fault.problem.dropFirst() + ".",
                    remedy: fault.remedy)
            }
            return openness(subject, facts.mode)
        }
    }

    /// The findings of this machine.
    static func findings(_ subjects: [Subject]) -> [Finding] {
        findings(subjects) {
            FileFacts(path: $0.path, followsLinks: $0.role != .database)
        } fault: {
            FileTrust.fault($0.role, $0.path, $1)
        }
    }

    /// Whether the store of a directory can be relied on, as far as its files tell.
    static func allowsOpening(_ directory: String) -> Bool {
        subjects(directory: directory, masterKey: nil).allSatisfy { FileTrust.fault($0.role, at: $0.path) == nil }
    }

    /// What nobody is kept out by, and is better otherwise.
    private static func openness(_ subject: Subject, _ mode: FileMode) -> Finding? {
        let (name, wanted): (String, String)
        switch subject.role {
        case .dataDirectory: (name, wanted) = ("The data directory", "700")
        case .database: (name, wanted) = ("The database", "600")
        case .masterKey, .tlsKey, .configuration: return nil
        }
        guard mode.isOpenToOthers else { return nil }
        return Finding(
            .warning, .files, "\(name) \(subject.path) can be read by others (mode \(mode)).",
            remedy: "chmod \(wanted) \(subject.path)")
    }
}
