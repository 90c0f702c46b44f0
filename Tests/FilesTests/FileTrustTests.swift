import Files
import Foundation
import TestSupport
import Testing

@Suite("Trusted owners and permissions of files")
struct FileTrustTests {
    /// The user who runs the server, and another user.
    private static let me: uid_t = 1000
    private static let other: uid_t = 1001

    struct Example: Sendable, CustomTestStringConvertible {
        let role: FileTrust.Role
        var kind: FileFacts.Kind = .file
        var owner: uid_t = me
        let mode: mode_t
        let reason: FileFault.Reason?

        var testDescription: String {
            "\(role) \(kind) of \(owner), \(String(mode, radix: 8)): \(reason.map { "\($0)" } ?? "trusted")"
        }
    }

    static let examples: [Example] = [
        .init(role: .dataDirectory, kind: .directory, mode: 0o700, reason: nil),
        .init(role: .dataDirectory, kind: .directory, mode: 0o755, reason: nil),
        .init(role: .dataDirectory, kind: .directory, owner: 0, mode: 0o755, reason: nil),
        .init(role: .dataDirectory, kind: .directory, mode: 0o777, reason: .writable(FileMode(0o777))),
        .init(role: .dataDirectory, kind: .directory, mode: 0o1777, reason: .writable(FileMode(0o1777))),
        .init(role: .dataDirectory, kind: .directory, mode: 0o770, reason: .writable(FileMode(0o770))),
        .init(role: .dataDirectory, kind: .directory, owner: other, mode: 0o700, reason: .owner(other)),
        .init(role: .dataDirectory, mode: 0o700, reason: .kind(.file)),
        .init(role: .database, mode: 0o600, reason: nil), .init(role: .database, mode: 0o644, reason: nil),
        .init(role: .database, mode: 0o660, reason: .writable(FileMode(0o660))),
        .init(role: .database, owner: other, mode: 0o666, reason: .owner(other)),
        .init(role: .database, kind: .symbolicLink, mode: 0o777, reason: .kind(.symbolicLink)),
        .init(role: .database, kind: .other, mode: 0o600, reason: .kind(.other)),
        .init(role: .masterKey, mode: 0o600, reason: nil), .init(role: .masterKey, owner: 0, mode: 0o400, reason: nil),
        .init(role: .masterKey, mode: 0o640, reason: .readable(FileMode(0o640))),
        .init(role: .masterKey, mode: 0o620, reason: .writable(FileMode(0o620))),
        .init(role: .masterKey, owner: other, mode: 0o600, reason: .owner(other)),
        .init(role: .tlsKey, mode: 0o600, reason: nil), .init(role: .tlsKey, owner: 0, mode: 0o640, reason: nil),
        .init(role: .tlsKey, mode: 0o644, reason: .readable(FileMode(0o644))),
        .init(role: .tlsKey, mode: 0o660, reason: .writable(FileMode(0o660))),
        .init(role: .tlsKey, owner: other, mode: 0o600, reason: .owner(other)),
        .init(role: .configuration, owner: other, mode: 0o664, reason: nil),
        .init(role: .configuration, kind: .other, mode: 0o666, reason: nil),
        .init(role: .configuration, mode: 0o666, reason: .writable(FileMode(0o666))),
        .init(role: .authorities, owner: other, mode: 0o666, reason: .writable(FileMode(0o666))),
        .init(role: .lock, kind: .symbolicLink, mode: 0o777, reason: .kind(.symbolicLink)),
    ]

    @Test("Each role has its own requirements", arguments: examples)
    func role(_ example: Example) throws {
        let facts = FileFacts(kind: example.kind, owner: example.owner, mode: FileMode(example.mode))
        let fault = FileTrust.fault(example.role, "/d/f", facts, directoryOwner: Self.me, user: Self.me)
        #expect(fault?.reason == example.reason)
        guard let fault else { return }
        #expect(fault.problem.contains("/d/f"))
    }

    @Test("A world-readable TLS key on a read-only mount is accepted with a warning")
    func readOnlyMount() {
        for (isReadOnly, mode) in [(true, 0o444), (true, 0o440), (true, 0o666), (false, 0o444)] as [(Bool, mode_t)] {
            let facts = FileFacts(kind: .file, owner: 0, mode: FileMode(mode), isMountedReadOnly: isReadOnly)
            let fault = FileTrust.fault(.tlsKey, "/d/f", facts, directoryOwner: 0, user: Self.me)
            let warning = FileTrust.warning(.tlsKey, "/d/f", facts, user: Self.me)
            #expect((fault == nil) == (isReadOnly && mode != 0o666))
            if fault == nil { #expect((warning?.reason == .readable(FileMode(0o444))) == (mode == 0o444)) }
        }
    }

    @Test("Files accepted with a warning")
    func warnings() {
        let examples: [(FileTrust.Role, uid_t, mode_t, Bool)] = [
            (.password, Self.me, 0o640, false), (.password, Self.me, 0o644, true), (.password, Self.me, 0o660, true),
            (.configurationWithPassword, Self.me, 0o640, false), (.configurationWithPassword, Self.me, 0o644, true),
            (.configuration, Self.me, 0o644, false), (.authorities, Self.me, 0o664, false),
            (.authorities, 0, 0o644, false), (.authorities, Self.other, 0o644, true),
        ]
        for (role, owner, mode, isWarned) in examples {
            let facts = FileFacts(kind: .file, owner: owner, mode: FileMode(mode))
            #expect(FileTrust.fault(role, "/d/f", facts, directoryOwner: 0, user: Self.me) == nil)
            let warning = FileTrust.warning(role, "/d/f", facts, user: Self.me)
            #expect((warning != nil) == isWarned, "\(role) \(owner) \(mode)")
        }
    }

    @Test("Group permissions are fixed on files of the process's own user, and on no others")
    func mending() {
        let examples: [(FileTrust.Role, FileFacts.Kind, uid_t, mode_t, mode_t?)] = [
            (.dataDirectory, .directory, Self.me, 0o2770, 0o700), (.dataDirectory, .directory, Self.me, 0o775, 0o755),
            (.dataDirectory, .directory, Self.me, 0o777, nil), (.dataDirectory, .directory, Self.me, 0o750, nil),
            (.dataDirectory, .directory, 0, 0o2770, nil), (.database, .file, Self.me, 0o660, 0o600),
            (.database, .file, Self.me, 0o666, nil), (.database, .symbolicLink, Self.me, 0o777, nil),
            (.database, .file, Self.other, 0o660, nil), (.lock, .file, Self.me, 0o660, 0o600),
            (.masterKey, .file, Self.me, 0o440, 0o400), (.masterKey, .file, Self.me, 0o664, nil),
            (.masterKey, .file, 0, 0o440, nil), (.tlsKey, .file, Self.me, 0o660, nil),
        ]
        for (role, kind, owner, mode, wanted) in examples {
            let facts = FileFacts(kind: kind, owner: owner, mode: FileMode(mode))
            let mended = FileRepair.mode(role, facts, user: Self.me)
            #expect(mended == wanted.map { FileMode($0) }, "\(role) \(owner) \(facts.mode)")
        }
    }

    @Test(
        "Root also trusts the directory's owner, but no third user",
        arguments: [(Self.other, nil), (0, nil), (1002, .owner(1002))] as [(uid_t, FileFault.Reason?)])
    func root(_ owner: uid_t, _ reason: FileFault.Reason?) {
        for role in [FileTrust.Role.database, .masterKey, .tlsKey] {
            let facts = FileFacts(kind: .file, owner: owner, mode: FileMode(0o600))
            #expect(FileTrust.fault(role, "/d/f", facts, directoryOwner: Self.other, user: 0)?.reason == reason)
        }
    }

    @Test("Real files: symbolic links are followed, except for the database")
    func realFiles() throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
        try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "file")
        for (mode, isTrusted) in [(0o640, true), (0o644, false)] as [(mode_t, Bool)] {
            chmod(folder + "/file", mode)
            for name in ["/file", "/link"] {
                #expect((FileTrust.fault(.tlsKey, at: folder + name) == nil) == isTrusted)
            }
            #expect(try WholeFile(folder + "/link", limit: 10).facts.mode == FileMode(mode))
        }
        #expect(FileTrust.fault(.database, at: folder + "/link")?.reason == .kind(.symbolicLink))
        #expect(FileTrust.fault(.database, at: folder + "/none") == nil)
    }

    @Test("A file is read to its end or one byte beyond the limit; errors are reported")
    func wholeFile() throws {
        #expect(try WholeFile("/dev/zero", limit: 100_000).bytes.count == 100_001)
        #expect(try WholeFile("/dev/null", limit: 1).bytes.isEmpty)
        #expect(throws: SystemError(ENOENT)) { try WholeFile("/nowhere", limit: 1) }
        #expect(throws: SystemError(EISDIR)) { try WholeFile("/", limit: 1) }
    }
}
