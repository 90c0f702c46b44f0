import Foundation

/// A temporary directory per test. All are removed when the tests end, not earlier: a store opens further connections during its
/// lifetime, and a test may keep only the store.
struct TemporaryDirectory: Sendable {
    let path: String

    init() {
        path = Self.root + "/" + UUID().uuidString
    }

    private static let root: String = {
        let root = FileManager.default.temporaryDirectory.path + "/countersign-store-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: TemporaryDirectory.root) }
        return root
    }()
}
