import Files
import Store
import Foundation
import TestSupport
import Testing

@testable import SQLite

@Suite("SQLite: files that other users may change are not opened")
struct TrustedFileTests {
    private let directory = TemporaryDirectory()

    private var database: String { DatabaseFile(directory: directory.path).path }

    private func mode(_ path: String) -> FileMode? { FileFacts(path: path)?.mode }

    /// Returns why the store does not open, or `nil` if it does.
    private func refusal() -> String? {
        for role in [StoreRole.server, .administration] {
            do throws(StoreError) {
                _ = try SQLiteStore(directory: directory.path, role: role)
                return nil
            } catch {
                guard case .unsafeFile(let fault) = error, role == .administration else { continue }
                return fault.problem
            }
        }
        return "of another kind"
    }

    @Test("A world-writable directory is refused", arguments: [0o777, 0o702, 0o1777] as [mode_t])
    func directoryMode(_ mode: mode_t) async throws {
        await (try SQLiteStore(directory: directory.path)).close()
        chmod(directory.path, mode)
        let reason = try #require(refusal())
        #expect(reason.contains("the data directory \(directory.path) can be written by others"))
        chmod(directory.path, 0o755)
        #expect(refusal() == nil)
    }

    @Test("A directory may be a symbolic link or lie below one")
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
        "A symbolic link in place of the database or a file beside it is refused; its target is unchanged",
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

    @Test("A dangling symbolic link is refused and its target is not created")
    func danglingLink() throws {
        try DataDirectory.prepare(directory.path)
        let target = directory.path + "/target"
        try FileManager.default.createSymbolicLink(atPath: database, withDestinationPath: target)
        #expect(refusal()?.contains("is a symbolic link") == true)
        #expect(!FileManager.default.fileExists(atPath: target))
    }

    @Test(
        "Group write permission on this user's directory is removed; a link's target keeps its mode",
        arguments: [(0o2770, 0o700), (0o770, 0o700), (0o775, 0o755), (0o2775, 0o755), (0o730, 0o700)]
            as [(mode_t, mode_t)])
    func groupMode(_ mode: mode_t, _ wanted: mode_t) async throws {
        await (try SQLiteStore(directory: directory.path)).close()
        for role in [StoreRole.server, .administration] {
            chmod(directory.path, mode)
            var reports: [String] = []
            await (try SQLiteStore(directory: directory.path, role: role, report: { reports.append($0) })).close()
            #expect(self.mode(directory.path) == FileMode(wanted))
            #expect(reports.count == 1 && reports[0].contains("the data directory \(directory.path) had mode"))
        }
        let links = TemporaryDirectory()
        try DataDirectory.prepare(links.path)
        try FileManager.default.createSymbolicLink(atPath: links.path + "/link", withDestinationPath: directory.path)
        chmod(directory.path, mode)
        #expect(throws: StoreError.self) { try SQLiteStore(directory: links.path + "/link") }
        #expect(self.mode(directory.path) == FileMode(mode))
    }

    @Test("A lock that is a symbolic link is refused; a group-writable lock is restricted to its owner")
    func lock() async throws {
        let path = DataDirectoryLock.path(in: directory.path)
        await (try SQLiteStore(directory: directory.path)).close()
        chmod(path, 0o660)
        await (try SQLiteStore(directory: directory.path)).close()
        #expect(mode(path) == FileMode(0o600))
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "target")
        do throws(StoreError) {
            _ = try SQLiteStore(directory: directory.path)
            Issue.record("opened")
        } catch {
            #expect(error == .unsafeFile(FileFault(role: .lock, path: path, reason: .kind(.symbolicLink))))
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/target"))
    }

    @Test("A world-readable or group-writable database is restricted to its owner; a world-writable one is refused")
    func databaseMode() async throws {
        await (try SQLiteStore(directory: directory.path)).close()
        chmod(database, 0o644)
        #expect(refusal() == nil)
        #expect(mode(database) == FileMode(0o600))
        chmod(database, 0o664)
        #expect(refusal() == nil)
        #expect(mode(database) == FileMode(0o600))
        chmod(database, 0o666)
        #expect(refusal()?.contains("\(database) can be written by others") == true)
        #expect(mode(database) == FileMode(0o666))
    }
}
