import CountersignFiles
import CountersignStore
import Foundation
import Testing

@testable import CountersignStoreSQLite

@Suite("SQLite: files that others may change are not opened")
struct TrustedFileTests {
    private let directory = TemporaryDirectory()

    private var database: String { DatabaseFile(in: directory.path).path }

    private func mode(_ path: String) -> FileMode? { FileFacts(path: path)?.mode }

    /// Why the store does not open.
    private func refusal() -> String? {
        for role in [StoreRole.server, .administration] {
            do throws(StoreError) {
                _ = try SQLiteStore(directory: directory.path, role: role)
                return nil
            } catch {
                guard case .unavailable(let reason) = error, role == .administration else { continue }
                return reason
            }
        }
        return "of another kind"
    }

    @Test("A directory that others may write in", arguments: [0o777, 0o770, 0o702, 0o1777] as [mode_t])
    func directoryMode(_ mode: mode_t) async throws {
        await (try SQLiteStore(directory: directory.path)).close()
        chmod(directory.path, mode)
        let reason = try #require(refusal())
        #expect(reason.contains("the data directory \(directory.path) can be written by others"))
        #expect(reason.contains("chmod go-w \(directory.path)"))
        chmod(directory.path, 0o755)
        #expect(refusal() == nil)
    }

    @Test("A directory may be reached over a symbolic link, or lie below one")
    func linkedDirectory() async throws {
        let links = TemporaryDirectory()
        try DataDirectory.prepare(links.path)
        try FileManager.default.createSymbolicLink(
            atPath: links.path + "/link", withDestinationPath: directory.path)
        try DataDirectory.prepare(directory.path)
        for path in [links.path + "/link", links.path + "/link/below"] {
            await (try SQLiteStore(directory: path)).close()
        }
        #expect(SQLiteStore.exists(in: directory.path + "/below"))
    }

    @Test(
        "A symbolic link in the place of the database, or of what stands beside it; its target stays as it is",
        arguments: DatabaseFile.suffixes)
    func link(_ suffix: String) throws {
        try DataDirectory.prepare(directory.path)
        let target = directory.path + "/target"
        try Data("mine".utf8).write(to: URL(fileURLWithPath: target))
        chmod(target, 0o644)
        try FileManager.default.createSymbolicLink(atPath: database + suffix, withDestinationPath: target)
        #expect(refusal()?.contains("\(database + suffix) is a symbolic link") == true)
        #expect(mode(target) == FileMode(0o644))
        #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == Data("mine".utf8))
    }

    @Test("A link that leads nowhere makes no file there")
    func danglingLink() throws {
        try DataDirectory.prepare(directory.path)
        let target = directory.path + "/target"
        try FileManager.default.createSymbolicLink(atPath: database, withDestinationPath: target)
        #expect(refusal()?.contains("is a symbolic link") == true)
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test("A database that others may read becomes its owner's alone; one they may write is refused")
    func databaseMode() async throws {
        await (try SQLiteStore(directory: directory.path)).close()
        chmod(database, 0o644)
        #expect(refusal() == nil)
        #expect(mode(database) == FileMode(0o600))
        chmod(database, 0o660)
        #expect(refusal()?.contains("run chmod 600 \(database)") == true)
        #expect(mode(database) == FileMode(0o660))
    }
}
