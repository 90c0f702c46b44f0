import Foundation
import NIOCore
import NIOPosix
import TestSupport

/// A real nginx as a child process, with its own folder and free ports on the loopback interface.
final class NginxServer {
    let folder: URL
    /// The TLS ports, one per certificate.
    let ports: [Int]
    private let process = Process()

    /// - Parameters:
    ///   - certificates: the certificates, one per server.
    ///   - locations: the `location` blocks of every server.
    ///   - files: the contents of the served files, by name.
    init(
        folder: URL, certificates: [TestAuthority.Issued], locations: String, files: [String: String]
    ) async throws {
        self.folder = folder
        let root = folder.appending(path: "files")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        for (name, content) in files {
            try content.write(to: root.appending(path: name), atomically: true, encoding: .utf8)
        }
        ports = try await Self.freePorts(certificates.count)
        let servers = zip(ports, certificates).map { port, issued in
            """
            server {
                listen 127.0.0.1:\(port) ssl;
                ssl_certificate \(issued.certificate);
                ssl_certificate_key \(issued.key);
                root files;
                \(locations)
            }
            """
        }
        let configuration = HTTPText.nginx(
            """
            default_type application/octet-stream;
            types { application/jwk-set+json jwks; }
            \(servers.joined(separator: "\n"))
            """)
        let file = folder.appending(path: "nginx.conf").path
        try configuration.write(toFile: file, atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: Program.path("nginx") ?? "")
        process.arguments = ["-p", folder.path, "-c", file, "-e", folder.appending(path: "error.log").path]
        // Otherwise a reader of the tests' output would wait for this child if the tests crash.
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try Program.start(process)
        try await listens()
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// Waits until all ports accept connections; throws if nginx has exited.
    private func listens() async throws {
        for port in ports {
            while true {
                let connected = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port).get()
                if let connected {
                    try await connected.close()
                    break
                }
                guard process.isRunning else {
                    let log = try? String(contentsOf: folder.appending(path: "error.log"), encoding: .utf8)
                    throw NginxFailure(log: log ?? "")
                }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    private static func freePorts(_ count: Int) async throws -> [Int] {
        var channels: [any Channel] = []
        for _ in 0..<count {
            channels.append(
                try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0)
                    .get())
        }
        let ports = channels.compactMap { $0.localAddress?.port }
        for channel in channels { try await channel.close() }
        return ports
    }
}

struct NginxFailure: Error {
    let log: String
}
