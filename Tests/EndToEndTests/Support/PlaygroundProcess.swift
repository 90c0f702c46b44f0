import CountersignJOSE
import Foundation
import TestSupport

/// `countersign playground`, started as a newcomer would start it.
final class PlaygroundProcess {
    private let process = Process()
    /// The line of JSON that it printed.
    private let ready: JSONObject

    var url: String { ready.string("url")?.text ?? "" }
    var issuer: String { ready.string("issuer")?.text ?? "" }
    var clientID: String { ready.string("client_id")?.text ?? "" }
    /// Of a server that it started itself.
    var person: (name: String, password: String) {
        (ready.string("user")?.text ?? "", ready.string("password")?.text ?? "")
    }

    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        process.executableURL = ServerProcess.binary
        process.arguments = ["playground", "--listen", "127.0.0.1:0", "--json"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = try Program.start(process) { $0.pipeOutput() }
        var printed: [UInt8] = []
        while printed.last != UInt8(ascii: "\n") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else {
                throw TestFailure("the playground ended: \(String(decoding: printed, as: UTF8.self))")
            }
            printed += data
        }
        ready = try JSONObject(parsing: Array(printed.dropLast()))
    }

    /// Presses Ctrl-C, and returns the exit status.
    func interrupt() -> Int32 {
        process.interrupt()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
