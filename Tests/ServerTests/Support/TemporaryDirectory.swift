import Foundation

/// A directory of its own for each test; all of them go when the tests end.
///
/// Not sooner: a store opens further connections while it lives.
struct TemporaryDirectory: Sendable {
    let path: String

    init() {
        path = Self.root + "/" + UUID().uuidString
    }

    private static let root: String = {
        let root = FileManager.default.temporaryDirectory.path + "/countersign-server-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: TemporaryDirectory.root) }
        return root
    }()
}
