import Foundation
import TestSupport
import Testing

@Suite("Programs that are started at once", .ownThreads)
struct ProgramStartTests {
    @Test("have no pipe of another")
    func pipes() async throws {
        try await withThrowingTaskGroup(of: [Substring].self) { group in
            for _ in 0..<100 {
                group.addTask {
                    let listed = try ServerProcess.run("/bin/ls", ["-l", "/proc/self/fd"])
                    return listed.output.split(separator: "\n").filter { $0.contains("pipe:[") }
                }
            }
            // Standard output and standard error.
            for try await pipes in group { #expect(pipes.count == 2) }
        }
    }
}
