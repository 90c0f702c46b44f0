import Files
import CountersignJOSE
import Store
import Foundation
import TestSupport
import Testing

@Suite("The master key")
struct MasterKeyTests {
    private let directory = TemporaryDirectory()
    private var file: MasterKeyFile { MasterKeyFile(path: directory.path + "/master.key") }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("It is generated once, readable by its owner only, and loaded afterwards")
    func made() throws {
        try DataDirectory.prepare(directory.path)
        #expect(try file.load() == nil)
        let key = try SigningKey.generate(.es256)
        let record = try SigningKeyRecord(
            keyID: "k", algorithm: .es256, key: key, sealedUnder: try file.loadOrCreate(), createdAt: TestClock.start)
        #expect(try mode(file.path) == 0o600)
        #expect(try mode(directory.path) == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["master.key"])
        #expect(try record.open(with: try file.loadOrCreate()).pkcs8 == key.pkcs8)
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(text.utf8.count == 44)
        #expect(try record.open(with: try MasterKey(text: String(text.dropLast()))).pkcs8 == key.pkcs8)
    }

    @Test("Servers that start simultaneously get the same key")
    func together() async throws {
        try DataDirectory.prepare(directory.path)
        let file = file
        let key = try SigningKey.generate(.es256)
        let records = try await withThrowingTaskGroup(of: SigningKeyRecord.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try SigningKeyRecord(
                        keyID: "k", algorithm: .es256, key: key, sealedUnder: try file.loadOrCreate(),
                        createdAt: TestClock.start)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let found = try #require(try file.load())
        for record in records { #expect(try record.open(with: found).pkcs8 == key.pkcs8) }
    }

    @Test("A file that every user may read or write is refused with a remedy", arguments: [0o604, 0o602, 0o664])
    func readableByOthers(_ mode: Int) throws {
        try DataDirectory.prepare(directory.path)
        _ = try file.loadOrCreate()
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        let error = MasterKeyError.file(
            FileFault(
                role: .masterKey, path: file.path,
                reason: mode & 0o022 == 0 ? .readable(FileMode(mode_t(mode))) : .writable(FileMode(mode_t(mode)))))
        #expect(throws: error) { try file.load() }
        #expect(throws: error) { try file.loadOrCreate() }
        #expect(error.message.contains("by others"))
    }

    @Test("Group permissions are reported on load and removed on start", arguments: [0o640, 0o620, 0o660])
    func groupRights(_ mode: Int) throws {
        try DataDirectory.prepare(directory.path)
        _ = try file.loadOrCreate()
        chmod(file.path, mode_t(mode))
        var reports: [String] = []
        #expect(try file.load { reports.append($0) } != nil)
        #expect(FileFacts(path: file.path)?.mode == FileMode(mode_t(mode)))
        _ = try file.loadOrCreate { reports.append($0) }
        #expect(FileFacts(path: file.path)?.mode == FileMode(0o600))
        #expect(reports.count == 2 && reports.allSatisfy { $0.contains("the master key \(file.path) ha") })
    }

    @Test("A dangling symbolic link is reported, and its target is not created", arguments: ["nowhere", "master.key"])
    func brokenLink(_ target: String) throws {
        try DataDirectory.prepare(directory.path)
        try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: target)
        #expect(
            throws: MasterKeyError.file(
                FileFault(role: .masterKey, path: file.path, reason: .brokenLink))
        ) { try file.loadOrCreate() }
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/nowhere"))
    }

    @Test(
        "Text other than 32 bytes of base64url is refused and not shown",
        arguments: [
            "", "secret", String(repeating: "A", count: 42), String(repeating: "A", count: 44),
            "\(String(repeating: "A", count: 43))=",
        ])
    func notAKey(_ text: String) throws {
        let error = MasterKeyError.notAKey(length: text.utf8.count)
        #expect(throws: error) { try MasterKey(text: text) }
        #expect(text.isEmpty || !error.message.contains(text))
        try DataDirectory.prepare(directory.path)
        #expect(
            FileManager.default.createFile(
                atPath: file.path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]))
        #expect(throws: error) { try file.loadOrCreate() }
    }

    @Test("A directory in place of the file is refused")
    func directoryInItsPlace() throws {
        try DataDirectory.prepare(file.path)
        #expect(
            throws: MasterKeyError.file(
                FileFault(role: .masterKey, path: file.path, reason: .kind(.directory)))
        ) { try file.loadOrCreate() }
    }

    @Test("A missing directory is reported")
    func missingDirectory() throws {
        #expect(try file.load() == nil)
        #expect(throws: MasterKeyError.self) { try file.loadOrCreate() }
    }
}
