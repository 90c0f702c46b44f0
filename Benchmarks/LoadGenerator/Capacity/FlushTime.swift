import CountersignJOSE
import Foundation

/// `flush`: the time that the disk takes to make an appended block durable, a lower bound for every durable answer.
struct FlushTime {
    private static let blockSize = 4096

    private let path: String
    private let count: Int

    init(_ options: Options) throws {
        path = try options.directory() + "/flush-time"
        count = try options.count("requests", default: 500)
    }

    func run() throws {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        guard file >= 0 else { throw LoadError.failed("cannot write \(path)") }
        defer {
            close(file)
            unlink(path)
        }
        let block = [UInt8](repeating: 1, count: Self.blockSize)
        let milliseconds = try (0..<count).map { _ in
            let start = ContinuousClock.now
            guard write(file, block, block.count) == block.count, Self.flush(file) == 0 else {
                throw LoadError.failed("cannot flush \(path)")
            }
            return start.duration(to: .now) / .milliseconds(1)
        }.sorted()
        print(
            JSONValue.object([
                "flushes": Figures.json(count), "median_ms": Figures.json(milliseconds[count / 2]),
                "p99_ms": Figures.json(milliseconds[count * 99 / 100]),
            ]).render())
    }

    private static func flush(_ file: Int32) -> Int32 {
        #if os(Linux)
        fdatasync(file)
        #else
        fsync(file)
        #endif
    }
}
