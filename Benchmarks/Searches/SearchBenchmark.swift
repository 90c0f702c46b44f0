import Foundation
import SQLite
import Store

/// A program that measures the searches of a filled store (see `StoreFiller`).
@main
struct SearchBenchmark {
    static func main() async {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, arguments[1] == "--data" else {
            say("usage: SearchBenchmark --data DIR")
            exit(2)
        }
        do {
            let store = try SQLiteStore(directory: arguments[2], role: .administration)
            print(SearchTiming.heading)
            for search in try await ClientSearches.all(store) + RefusalSearches.all(store) {
                print(try await SearchTiming.measure(search).row)
            }
            await store.close()
        } catch {
            say("SearchBenchmark: \(error)")
            exit(1)
        }
    }

    static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}

/// A search to be measured.
struct Search: Sendable {
    let name: String
    /// Runs it once and returns what it found, in words.
    let run: @Sendable () async throws -> String
}

/// The times of one search.
struct SearchTiming {
    private static let runs = 15
    static let heading = "| search | found | median | slowest |\n|---|---|---|---|"

    let name: String
    let found: String
    let times: [Duration]

    static func measure(_ search: Search) async throws -> SearchTiming {
        // The first run compiles the statements and reads the pages that the system has not cached.
        var found = try await search.run()
        var times: [Duration] = []
        for _ in 0..<runs {
            let start = ContinuousClock.now
            found = try await search.run()
            times.append(ContinuousClock.now - start)
        }
        return SearchTiming(name: search.name, found: found, times: times.sorted())
    }

    var row: String {
        let times = [times[times.count / 2], times[times.count - 1]].map { time in
            let (seconds, attoseconds) = time.components
            return String(format: "%.2f ms", Double(seconds) * 1000 + Double(attoseconds) / 1e15)
        }
        return "| \(name) | \(found) | \(times[0]) | \(times[1]) |"
    }
}
