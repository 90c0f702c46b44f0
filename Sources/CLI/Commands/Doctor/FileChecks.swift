import Administration
import Files
import SQLite

/// Checks of the permissions of the server's files.
enum FileChecks {
    struct Subject: Sendable {
        let role: FileTrust.Role
        let path: String
    }

    /// - Parameters:
    ///   - masterKey: the path of the master key; `nil` if it comes from the environment.
    ///   - others: further files that the configuration names.
    static func subjects(directory: String, masterKey: String?, others: [Subject] = []) -> [Subject] {
        [Subject(role: .dataDirectory, path: directory)]
            + SQLiteStore.files(in: directory).map { Subject(role: .database, path: $0) }
            + [Subject(role: .lock, path: DataDirectoryLock.path(in: directory))]
            + (masterKey.map { [Subject(role: .masterKey, path: $0)] } ?? []) + others
    }

    /// - Throws: `CommandFailure` for a file that must not be used.
    static func require(_ subjects: [Subject], warn: (String) -> Void) throws {
        for subject in subjects {
            guard let facts = FileTrust.facts(subject.role, at: subject.path) else { continue }
            // A TLS key is checked when it is read, with a more detailed error.
            if subject.role != .tlsKey, let fault = FileTrust.fault(subject.role, subject.path, facts) {
                throw CommandFailure(fault.message)
            }
            if let warning = FileTrust.warning(subject.role, subject.path, facts) { warn(warning.phrase) }
        }
    }

    /// - Parameter facts: returns `nil` for a file that does not exist.
    static func findings(
        _ subjects: [Subject], facts: (Subject) -> FileFacts? = { FileTrust.facts($0.role, at: $0.path) },
        fault: (Subject, FileFacts) -> FileFault? = { FileTrust.fault($0.role, $0.path, $1) }
    ) -> [Finding] {
        func sentence(_ fault: FileFault) -> String {
            fault.problem.prefix(1).uppercased() + fault.problem.dropFirst() + "."
        }
        return subjects.compactMap { subject in
            guard let facts = facts(subject) else { return nil }
            if let fault = fault(subject, facts) { return .problem(.files, sentence(fault), .written(fault.remedy)) }
            if let warning = FileTrust.warning(subject.role, subject.path, facts) {
                return .warning(.files, sentence(warning), .written(warning.remedy))
            }
            return openness(subject, facts.mode)
        }
    }

    /// Returns whether all files of a store are free of faults.
    static func allowsOpening(_ directory: String) -> Bool {
        subjects(directory: directory, masterKey: nil).allSatisfy { FileTrust.fault($0.role, at: $0.path) == nil }
    }

    /// Reports a mode that the server accepts but that lets others read the file.
    private static func openness(_ subject: Subject, _ mode: FileMode) -> Finding? {
        let (name, wanted): (String, String)
        switch subject.role {
        case .dataDirectory: (name, wanted) = ("The data directory", "700")
        case .database: (name, wanted) = ("The database", "600")
        default: return nil
        }
        guard mode.isOpenToOthers else { return nil }
        return .warning(
            .files, "\(name) \(subject.path) can be read by others (mode \(mode)).",
            .written("chmod \(wanted) \(subject.path)"))
    }
}
