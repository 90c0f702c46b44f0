import Fetching
import Synchronization

/// A name server that says what a test tells it to, and remembers what it was asked.
final class FakeResolver: NameResolver {
    private let answers: Mutex<[String: [[IPAddress]]]>
    private let questions = Mutex<[String]>([])

    /// - Parameter answers: of each name, one answer after another; the last is repeated.
    init(_ answers: [String: [[String]]]) {
        self.answers = Mutex(answers.mapValues { $0.map { $0.compactMap { IPAddress($0) } } })
    }

    /// The names that were looked up.
    var asked: [String] { questions.withLock { $0 } }

    func addresses(of name: String) async throws(NameResolutionError) -> [IPAddress] {
        questions.withLock { $0.append(name) }
        let answer = answers.withLock { answers -> [IPAddress]? in
            guard let list = answers[name], let first = list.first else { return nil }
            if list.count > 1 { answers[name]?.removeFirst() }
            return first
        }
        guard let answer else { throw .notFound }
        return answer
    }
}

/// A name server that never answers.
struct SilentResolver: NameResolver {
    func addresses(of name: String) async throws(NameResolutionError) -> [IPAddress] {
        do {
            while true { try await Task.sleep(for: .seconds(3600)) }
        } catch {
            throw .cancelled
        }
    }
}
