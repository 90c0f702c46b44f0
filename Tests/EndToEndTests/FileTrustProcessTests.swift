import Files
import CountersignJOSE
import Foundation
import TestSupport
import Testing

@Suite("Owners and modes of the server's files, checked by the real binary", .ownThreads, .serialized)
struct FileTrustProcessTests {
    /// Runs the body in a folder with a TLS certificate and, in `data`, a store with a master key.
    private static func withFolder(_ body: (_ folder: String) throws -> Void) throws {
        let folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let server = try ServerProcess(directory: folder + "/data")
        #expect(server.terminate() == 0)
        try TLSIdentity.make("localhost").write(to: folder)
        try "[server]\n".write(toFile: folder + "/server.toml", atomically: true, encoding: .utf8)
        chmod(folder + "/server.toml", 0o644)
        try body(folder)
    }

    private static func tls(_ folder: String) -> [String] {
        ["--tls-certificate", folder + "/tls.pem", "--tls-key", folder + "/tls.key"]
    }

    /// A file with an unsafe mode, and the error about it.
    struct Example: Sendable, CustomTestStringConvertible {
        let file: String
        let mode: mode_t
        let complaint: String
        let remedy: String
        /// Whether commands that open the store refuse it as well.
        var stopsCommands = true

        var testDescription: String { "\(file) \(String(mode, radix: 8))" }
    }

    static let examples: [Example] = [
        .init(file: "data", mode: 0o777, complaint: "can be written by others (mode 0777)", remedy: "chmod go-w"),
        .init(file: "data/countersign.sqlite", mode: 0o666, complaint: "can be written by others", remedy: "chmod 600"),
        .init(
            file: "data/master.key", mode: 0o644, complaint: "by others (mode 0644)", remedy: "chmod 600",
            stopsCommands: false),
        .init(
            file: "tls.key", mode: 0o644, complaint: "can be read by others (mode 0644)", remedy: "chmod 640",
            stopsCommands: false),
        .init(
            file: "tls.key", mode: 0o660, complaint: "can be written by others", remedy: "chmod 640",
            stopsCommands: false),
        .init(
            file: "server.toml", mode: 0o666, complaint: "can be written by others", remedy: "chmod o-w",
            stopsCommands: false),
    ]

    @Test("An unsafe mode stops serve, serve --check and the commands, and doctor reports it", arguments: examples)
    func mode(_ example: Example) throws {
        try Self.withFolder { folder in
            let path = folder + "/" + example.file
            chmod(path, example.mode)
            for check in [[], ["--check"]] where check.isEmpty || example.file != "data/countersign.sqlite" {
                let result = try ServerProcess.run(
                    [
                        "serve", "--data", folder + "/data", "--listen", "127.0.0.1:0", "--config",
                        folder + "/server.toml",
                    ]
                        + Self.tls(folder) + check)
                #expect(result.status != 0)
                for part in [path, example.complaint, example.remedy] {
                    #expect(result.errors.contains(part), "\(part): \(result.errors)")
                }
                #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
            }
            let list = try ServerProcess.run(["client", "list", "--data", folder + "/data"])
            #expect((list.status != 0) == example.stopsCommands, "\(list.errors)")
            #expect(FileFacts(path: path)?.mode == FileMode(example.mode), "the mode is unchanged")

            guard example.file != "server.toml" else { return }
            try """
            [server]
            data = "\(folder)/data"
            tls_certificate = "\(folder)/tls.pem"
            tls_key = "\(folder)/tls.key"
            """.write(toFile: folder + "/server.toml", atomically: true, encoding: .utf8)
            chmod(folder + "/server.toml", 0o644)
            let doctor = try ServerProcess.run(["doctor", "--config", folder + "/server.toml"])
            #expect(doctor.status == 1)
            #expect(
                doctor.output.contains("problem") && doctor.output.contains(path), "\(doctor.output) \(doctor.errors)")
            #expect(doctor.output.contains(example.remedy), "\(doctor.output)")
            // A store that was not opened has no findings.
            #expect(doctor.output.contains("Every enabled client") != example.stopsCommands)
        }
    }

    @Test("A database that is a symbolic link is refused, and its target is unchanged")
    func link() throws {
        try Self.withFolder { folder in
            let database = folder + "/data/countersign.sqlite"
            try FileManager.default.removeItem(atPath: database)
            try "mine".write(toFile: folder + "/target", atomically: true, encoding: .utf8)
            chmod(folder + "/target", 0o644)
            try FileManager.default.createSymbolicLink(atPath: database, withDestinationPath: folder + "/target")
            for arguments in [
                ["serve", "--listen", "127.0.0.1:0"], ["client", "list"],
                ["client", "add", "--id", "a", "--name", "A"],
                ["keystore", "list"],
            ] {
                let result = try ServerProcess.run(arguments + ["--data", folder + "/data"])
                #expect(result.status == 1)
                #expect(result.errors.contains("countersign.sqlite is a symbolic link"), "\(result.errors)")
            }
            let doctor = try ServerProcess.run(["doctor", "--data", folder + "/data"])
            #expect(
                doctor.status == 1 && doctor.output.contains("is a symbolic link"), "\(doctor.output) \(doctor.errors)")
            #expect(try String(contentsOfFile: folder + "/target", encoding: .utf8) == "mine")
            #expect(FileFacts(path: folder + "/target")?.mode == FileMode(0o644))
        }
    }

    @Test("Common setups work: a linked directory, a linked TLS key that a group may read, modes that leak nothing")
    func ordinary() throws {
        try Self.withFolder { folder in
            let files = FileManager.default
            try files.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "data")
            try files.moveItem(atPath: folder + "/tls.key", toPath: folder + "/real.key")
            try files.createSymbolicLink(atPath: folder + "/tls.key", withDestinationPath: "real.key")
            chmod(folder + "/real.key", 0o440)
            chmod(folder + "/data", 0o755)
            chmod(folder + "/data/countersign.sqlite", 0o644)
            chmod(folder + "/server.toml", 0o664)
            let server = try ServerProcess(
                directory: folder + "/link", arguments: ["--config", folder + "/server.toml"] + Self.tls(folder))
            #expect(server.baseURL.hasPrefix("https://"))
            #expect(server.terminate() == 0)
            #expect(FileFacts(path: folder + "/data/countersign.sqlite")?.mode == FileMode(0o600))
        }
    }

    @Test("Group permissions set by Kubernetes are removed at startup and by commands; doctor and --check report them")
    func group() throws {
        try Self.withFolder { folder in
            let data = folder + "/data"
            let server = try ServerProcess(directory: data)
            server.kill()
            let files = [
                "countersign.sqlite", "countersign.sqlite-wal", "countersign.sqlite-shm", "server.lock", "master.key",
            ].map { data + "/" + $0 }
            func widen() {
                chmod(data, 0o2770)
                for file in files { chmod(file, 0o660) }
            }
            widen()
            let doctor = try ServerProcess.run(["doctor", "--data", data])
            #expect(doctor.status == 1)
            let check = try ServerProcess.run(["serve", "--check", "--data", data])
            #expect(check.status == 0)
            #expect(check.errors.contains("the data directory \(data) has mode 2770"), "\(check.errors)")
            for file in files {
                #expect(doctor.output.contains(file))
                #expect(FileFacts(path: file)?.mode == FileMode(0o660))
            }
            #expect(FileFacts(path: data)?.mode == FileMode(0o2770))

            try "".write(toFile: folder + "/log", atomically: true, encoding: .utf8)
            let again = try ServerProcess(
                directory: data, log: try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/log")))
            for file in files { #expect(FileFacts(path: file)?.mode == FileMode(0o600), "\(file)") }
            #expect(FileFacts(path: data)?.mode == FileMode(0o700))
            #expect(again.terminate() == 0)
            let log = try String(contentsOfFile: folder + "/log", encoding: .utf8)
            for file in files + [data] { #expect(log.contains("\(file) had mode"), "\(log)") }
            #expect(log.split(separator: "\n").count { $0.hasPrefix("warning: ") } == files.count + 1, "\(log)")

            widen()
            let list = try ServerProcess.run(["client", "list", "--data", data])
            #expect(list.status == 0)
            #expect(list.errors.contains("the database \(files[0]) had mode 0660"), "\(list.errors)")
            #expect(FileFacts(path: data)?.mode == FileMode(0o700))
        }
    }

    @Test("World-writable trust files are refused, and world-readable secrets cause a warning")
    func configured() throws {
        try Self.withFolder { folder in
            let (authorities, password) = (folder + "/tls.pem", folder + "/password")
            try "secret\n".write(toFile: password, atomically: true, encoding: .utf8)
            func write(_ proxy: String) throws {
                try """
                [server]
                data = "\(folder)/data"
                [remote_keys]
                trusted_certificates = "\(authorities)"
                \(proxy)
                """.write(toFile: folder + "/server.toml", atomically: true, encoding: .utf8)
                chmod(folder + "/server.toml", 0o644)
            }
            try write("proxy = \"http://u@proxy.test:1\"\nproxy_password_file = \"\(password)\"")
            chmod(authorities, 0o666)
            chmod(password, 0o644)
            let config = ["--config", folder + "/server.toml"]
            for arguments in [["serve", "--listen", "127.0.0.1:0"], ["serve", "--check"]] {
                let result = try ServerProcess.run(arguments + config)
                #expect(result.status == 1)
                #expect(
                    result.errors.contains("authorities \(authorities) can be written by others"), "\(result.errors)")
            }
            let token = try ServerProcess.run([
                "token", "--issuer", "https://127.0.0.1:1", "--client-id", "a", "--key", folder + "/tls.key",
                "--ca-certificate", authorities,
            ])
            #expect(token.status == 1)
            #expect(token.errors.contains("\(authorities) can be written by others"), "\(token.errors)")
            let bad = try ServerProcess.run(["doctor"] + config)
            #expect(bad.status == 1)
            #expect(bad.output.contains("\(authorities) can be written by others"), "\(bad.output) \(bad.errors)")
            chmod(authorities, 0o644)

            let warned = "the password file \(password) can be read by others (mode 0644)"
            #expect(try ServerProcess.run(["serve", "--check"] + config).errors.contains("warning: \(warned)"))
            #expect(try ServerProcess.run(["doctor"] + config).output.contains(warned.dropFirst(4)))
            try write("proxy = \"http://u:hidden@proxy.test:1\"")
            let check = try ServerProcess.run(["serve", "--check"] + config)
            #expect(check.status == 0)
            let told = "configuration with a password \(folder)/server.toml can be read by others (mode 0644)"
            #expect(check.errors.contains(told), "\(check.errors)")
            #expect(!check.errors.contains("hidden"))
            #expect(try ServerProcess.run(["doctor"] + config).output.contains(told))
        }
    }

    @Test(
        "A world-readable TLS key on a read-only mount is accepted with a warning",
        .requires("unshare"), .enabled(if: geteuid() == 0, "needs root, to mount"))
    func readOnlyMount() throws {
        try Self.withFolder { folder in
            let secrets = folder + "/secrets"
            try FileManager.default.createDirectory(atPath: secrets, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: folder + "/tls.key", toPath: secrets + "/tls.key")
            chmod(secrets + "/tls.key", 0o444)
            let check = [
                ServerProcess.binary.path, "serve", "--check", "--data", folder + "/data", "--tls-certificate",
                folder + "/tls.pem", "--tls-key", secrets + "/tls.key",
            ]
            let mount =
                "mount --bind \(secrets) \(secrets) && mount -o remount,bind,ro \(secrets) || exit 99; exec \"$@\""
            let result = try ServerProcess.run(
                try #require(Program.path("unshare")), ["-m", "sh", "-c", mount, "sh"] + check)
            // Containers may lack the permission to mount.
            guard result.status != 99 else { return }
            #expect(result.status == 0, "\(result.errors)")
            #expect(
                result.errors.contains("warning: the TLS key \(secrets)/tls.key can be read by others (mode 0444)"),
                "\(result.errors)")
            #expect(try ServerProcess.run(check[0], Array(check.dropFirst())).status == 1, "on a writable mount")
        }
    }

    private static let (me, other): (uid_t, uid_t) = (23_456, 23_457)

    /// Runs the binary as another user.
    private static func run(
        as user: uid_t, _ arguments: [String]
    ) throws -> (status: Int32, output: String, errors: String) {
        try ServerProcess.run(
            try #require(Program.path("setpriv")),
            ["--reuid", "\(user)", "--regid", "\(user)", "--clear-groups", ServerProcess.binary.path] + arguments)
    }

    @Test(
        "Another user's files are refused; root trusts the directory's owner and no third user",
        .requires("setpriv"), .enabled(if: geteuid() == 0, "needs root, to make files of other users"))
    func owners() throws {
        try Self.withFolder { folder in
            chmod(folder, 0o755)
            let names = [
                "", "/countersign.sqlite", "/countersign.sqlite-wal", "/countersign.sqlite-shm", "/master.key",
                "/server.lock",
            ]
            func give(_ names: [String], to user: uid_t) {
                for name in names { chown(folder + "/data" + name, user, user) }
            }
            let list = ["client", "list", "--data", folder + "/data"]
            let serve = ["serve", "--listen", "127.0.0.1:0", "--data", folder + "/data"]

            give(names, to: Self.me)
            #expect(try Self.run(as: Self.me, list).status == 0)
            #expect(try ServerProcess.run(list).status == 0, "root, over the server's own files")
            give(["/countersign.sqlite"], to: Self.other)
            for result in [try ServerProcess.run(list), try ServerProcess.run(serve), try Self.run(as: Self.me, list)] {
                #expect(result.status == 1)
                #expect(result.errors.contains("countersign.sqlite belongs to user \(Self.other)"), "\(result.errors)")
            }
            give(["/countersign.sqlite"], to: Self.me)
            give(["/master.key"], to: Self.other)
            let key = try ServerProcess.run(serve)
            #expect(key.status == 1)
            #expect(key.errors.contains("master.key belongs to user \(Self.other)"), "\(key.errors)")

            give(names, to: Self.other)
            chmod(folder + "/data", 0o755)
            let foreign = try Self.run(as: Self.me, list)
            #expect(foreign.status == 1)
            #expect(foreign.errors.contains("data belongs to user \(Self.other)"), "\(foreign.errors)")
        }
    }

    @Test(
        "Files that root creates in another user's directory belong to that user, whose server starts",
        .requires("setpriv"), .enabled(if: geteuid() == 0, "needs root, to make files of other users"),
        arguments: ["", "/new"])
    func given(_ below: String) throws {
        try Self.withFolder { folder in
            chmod(folder, 0o755)
            let (home, data) = (folder + "/home", folder + "/home" + below)
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            chown(home, Self.me, Self.me)
            let add = try ServerProcess.run(["client", "add", "--id", "a", "--name", "A", "--data", data])
            #expect(add.status == 0, "\(add.errors)")
            for file in [data, data + "/countersign.sqlite"] {
                #expect(FileFacts(path: file)?.owner == Self.me, "\(file)")
            }
            let server = try ServerProcess(directory: data)
            for file in try FileManager.default.contentsOfDirectory(atPath: data) {
                #expect(FileFacts(path: data + "/" + file)?.owner == Self.me, "\(file)")
            }
            server.kill()
            let user = "\(Self.me)"
            let own = try ServerProcess(
                directory: data,
                launcher: [
                    try #require(Program.path("setpriv")), "--reuid", user, "--regid", user, "--clear-groups",
                ])
            #expect(own.terminate() == 0)
        }
    }
}
