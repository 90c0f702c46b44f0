import Foundation

/// The path of a temporary directory, which the test creates.
///
/// All are removed when the tests end, not earlier: a store opens further connections during its lifetime, and a test may keep only the
/// store.
package struct TemporaryDirectory: Sendable {
    package let path: String

    package init() {
        path = Self.root + "/" + UUID().uuidString
    }

    private static let root: String = {
        let root = FileManager.default.temporaryDirectory.path + "/countersign-tests-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: TemporaryDirectory.root) }
        return root
    }()
}
