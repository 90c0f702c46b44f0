import Foundation
import TestSupport
import Testing

/// An isolated network and hosts file: Linux namespaces held open by a waiting process, and programs inside them.
///
/// All addresses are on its loopback interface, so private and public ones are served without touching the machine's network.
final class OwnNetwork {
    /// The hosts of the network and their addresses.
    static let hosts = [
        ("keys.internal", "10.20.0.5"), ("proxy.internal", "10.20.0.9"), ("other.internal", "10.30.0.6"),
        ("sly.internal", "169.254.169.254"), ("keys.example", "93.184.215.14"), ("sly.example", "10.20.0.5"),
    ]

    /// Contains the programs' output; removed with the network.
    let folder: String
    private let holder = Process()
    /// Closed with this object, which ends the holder.
    private let input: Pipe
    private var programs: [Process] = []

    init() throws {
        folder = TemporaryDirectory().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let lines = ["127.0.0.1 localhost"] + Self.hosts.map { "\($1) \($0)" }
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: folder + "/hosts", atomically: true, encoding: .utf8)
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let addresses = Set(Self.hosts.map(\.1)).sorted().map { "ip address add \($0)/32 dev lo" }
        let script =
            (["ip link set lo up"] + addresses + ["mount --bind \(folder)/hosts /etc/hosts", "echo ready", "exec cat"])
            .joined(separator: " && ")
        holder.arguments =
            ["unshare"] + (Self.isRoot ? [] : ["--map-root-user"])
            + ["--mount", "--net", "--propagation", "private", "sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; " + script]
        holder.standardError = FileHandle.nullDevice
        let output: Pipe
        (input, output) = try Program.start(holder) { ($0.pipeInput(), $0.pipeOutput()) }
        guard output.fileHandleForReading.availableData == Data("ready\n".utf8) else {
            throw TestFailure("namespaces are not permitted here")
        }
    }

    private static var isRoot: Bool { geteuid() == 0 }

    /// The command prefix that becomes a program inside the network, by `exec`.
    var launcher: [String] {
        ["/usr/bin/nsenter", "--target", "\(holder.processIdentifier)"]
            + (Self.isRoot ? [] : ["--user", "--preserve-credentials"]) + ["--mount", "--net", "--"]
    }

    /// Runs a program inside the network and waits for it.
    func run(_ command: [String], input: String? = nil) throws -> (status: Int32, output: String, errors: String) {
        let whole = launcher + command
        return try ServerProcess.run(whole[0], Array(whole.dropFirst()), input: input)
    }

    /// Starts a program that runs until the network stops.
    func start(_ command: [String]) throws {
        let process = Process()
        let whole = launcher + command
        process.executableURL = URL(fileURLWithPath: whole[0])
        process.arguments = Array(whole.dropFirst())
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try Program.start(process)
        programs.append(process)
    }

    /// Waits until a port accepts connections.
    func listens(_ host: String, _ port: Int) throws {
        guard let program = programs.last else { return }
        // curl exits with 7 if the connection is refused.
        while try run(["curl", "-s", "-o", "/dev/null", "-m", "5", "telnet://\(host):\(port)"]).status == 7 {
            guard program.isRunning else { throw TestFailure("it ended with \(program.terminationStatus)") }
        }
    }

    /// Reads what a program wrote to a file in the folder.
    func log(_ name: String) -> String {
        (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)) ?? ""
    }

    func stop() {
        // tinyproxy sometimes ignores SIGTERM.
        for process in programs + [holder] {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Whether this machine permits network namespaces; prints a line if it does not.
    static let isPermitted: Bool = {
        guard let network = try? OwnNetwork() else {
            print("skipped: network namespaces are not permitted here, or unshare, nsenter or ip is missing")
            return false
        }
        network.stop()
        return true
    }()
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, visibly, if network namespaces are not permitted.
    static var requiresOwnNetwork: Self {
        .enabled(if: OwnNetwork.isPermitted, "needs permission for network namespaces")
    }
}
