import Foundation
import TestSupport
import Testing

@Suite("Profiles: countersign login, and what commands use without options", .ownThreads, .serialized)
struct ProfileTests {
    /// Runs a command in a directory without a store, with profiles of its own.
    private struct Home {
        let folder = TemporaryDirectory().path
        var file: String { folder + "/config/countersign/profiles.toml" }

        init() throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }

        func run(
            _ arguments: [String], profile: String? = nil
        ) throws -> (status: Int32, output: String, errors: String) {
            let variables = ["XDG_CONFIG_HOME=\(folder)/config"] + (profile.map { ["COUNTERSIGN_PROFILE=\($0)"] } ?? [])
            return try ServerProcess.run(
                "/usr/bin/env", ["-C", folder] + variables + [ServerProcess.binary.path] + arguments)
        }

        func succeed(_ arguments: [String]) throws -> (output: String, errors: String) {
            let result = try run(arguments)
            #expect(result.status == 0, "\(arguments.joined(separator: " ")): \(result.errors)")
            return (result.output, result.errors)
        }

        func remove() { try? FileManager.default.removeItem(atPath: folder) }
    }

    @Test("Two profiles: the newest is the default, and a note says which server is meant")
    func two() throws {
        let (first, second) = (try AdministeredServer(), try AdministeredServer(scope: "admin.read"))
        let home = try Home()
        defer {
            first.remove()
            second.remove()
            home.remove()
        }
        let saved = try home.succeed(["login"] + first.remote + ["--profile", "first"])
        #expect(saved.output.contains("may read and change everything"))
        #expect(try home.succeed(["login"] + second.remote).output.contains("may read, and change nothing"))
        let text = try String(contentsOfFile: home.file, encoding: .utf8)
        #expect(text.contains(first.key) && !text.contains("PRIVATE") && !text.contains("secret"))
        var facts = stat()
        #expect(stat(home.file, &facts) == 0 && facts.st_mode & 0o777 == 0o600)

        let name = String(second.server.baseURL.dropFirst("http://".count))
        let listed = try home.succeed(["profile", "list", "--json"]).output
        #expect(listed.contains("\"profile\":\"first\",\"default\":false"), "\(listed)")
        #expect(listed.contains("\"profile\":\"\(name)\",\"default\":true"), "\(listed)")

        let used = try home.succeed(["client", "list"])
        #expect(used.output.contains("ops"))
        #expect(used.errors == "note: using the profile '\(name)': \(second.server.baseURL)\n")
        let named = try home.run(["client", "list"], profile: "first")
        #expect(named.errors == "note: COUNTERSIGN_PROFILE names the profile 'first': \(first.server.baseURL)\n")
        #expect(try home.succeed(["client", "disable", "ops", "--profile", "first"]).errors == "")
        #expect(try home.succeed(["client", "show", "ops", "--data", first.server.directory]).errors == "")
        #expect(try home.run(["client", "list", "--profile", "frist"]).errors.contains("Did you mean 'first'?"))

        #expect(try home.succeed(["profile", "use", "first"]).output.contains(first.server.baseURL))
        #expect(try home.succeed(["logout"]).output == "The profile first is removed.\n")
        #expect(try home.run(["logout"]).errors.contains("no default profile"))
        // A store in the default directory comes before the default profile.
        _ = try home.succeed(["profile", "use", name])
        _ = try home.succeed(["client", "add", "--id", "local", "--name", "L", "--data", "countersign-data"])
        let local = try home.succeed(["client", "list"])
        #expect(local.errors == "" && local.output.contains("local"))
    }

    @Test("A login with a wrong key or at no server saves nothing")
    func refused() throws {
        let administered = try AdministeredServer()
        let home = try Home()
        defer {
            administered.remove()
            home.remove()
        }
        try ServerProcessTests.expectSuccess(["keygen", "--out", home.folder + "/wrong.pem"])
        let wrong = try home.run([
            "login", "--server", administered.server.baseURL, "--client-id", "ops", "--key", "wrong.pem",
        ])
        #expect(wrong.status == 1 && wrong.errors.contains("invalid_client"), "\(wrong.errors)")
        let nowhere = try home.run([
            "login", "--server", "http://127.0.0.1:1", "--client-id", "ops", "--key", "wrong.pem",
        ])
        #expect(nowhere.status == 1 && nowhere.errors.contains("cannot be reached"))
        #expect(!FileManager.default.fileExists(atPath: home.file))
        #expect(try home.run(["profile", "list"]).output.contains("No profiles yet"))
    }

    @Test("Profiles that others can write, that belong to another user, or that hold anything else are refused")
    func unsafe() throws {
        let home = try Home()
        defer { home.remove() }
        let directory = home.folder + "/config/countersign"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let profile = "[profiles.a]\nserver = \"http://127.0.0.1:1\"\nclient_id = \"ops\"\nkey = \"/k.pem\"\n"
        func errors(_ text: String) throws -> String {
            try text.write(toFile: home.file, atomically: false, encoding: .utf8)
            let result = try home.run(["client", "list", "--profile", "a"])
            #expect(result.status != 0)
            return result.errors
        }
        _ = try errors(profile)
        for mode: mode_t in [0o620, 0o602, 0o666] {
            chmod(home.file, mode)
            #expect(try errors(profile).contains("can be written by others"))
            #expect(try home.run(["profile", "list"]).status == 1)
        }
        chmod(home.file, 0o600)
        chmod(directory, 0o777)
        #expect(try errors(profile).contains("can be written by others"))
        chmod(directory, 0o700)
        if geteuid() == 0 {
            #expect(chown(home.file, 12_345, 12_345) == 0)
            #expect(try errors(profile).contains("belongs to user 12345"))
            #expect(chown(home.file, 0, 0) == 0)
        }
        #expect(try errors(profile + "private_key = \"x\"\n").contains("profiles.a.private_key"))
        #expect(
            try errors("[profiles.a]\nserver = \"http://127.0.0.1:1\"\n").contains("needs server, client_id and key"))
        #expect(try errors("not toml").hasPrefix("error: "))
    }

    @Test(
        "Options that exclude each other",
        arguments: [
            ["--data", "x", "--server", "http://127.0.0.1:1"], ["--data", "x", "--profile", "a"],
            ["--data", "x", "--key", "k"], ["--profile", "a", "--server", "http://127.0.0.1:1"],
            ["--profile", "a", "--client-id", "b"], ["--server", "http://127.0.0.1:1"],
            ["--server", "http://127.0.0.1:1", "--client-id", "ops"], ["--key", "k"], ["--ca-certificate", "c"],
        ])
    func exclusive(_ options: [String]) throws {
        for command in [["client", "list"], ["server-key", "list"], ["doctor"]] {
            let result = try ServerProcess.run(command + options)
            #expect(result.status == 2, "\(result.errors)")
        }
        #expect(
            try ServerProcess.run(["doctor", "--config", "c.toml", "--profile", "a"]).errors.contains(
                "leave out --config"))
    }
}
