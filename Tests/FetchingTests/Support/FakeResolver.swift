import Fetching
import Synchronization

/// A fake resolver with prepared answers, which records the names it is asked for.
final class FakeResolver: NameResolver {
    private let answers: Mutex<[String: [[IPAddress]]]>
    private let questions = Mutex<[String]>([])

    /// - Parameter answers: the successive answers for each name; the last is repeated.
    init(_ answers: [String: [[String]]]) {
        self.answers = Mutex(answers.mapValues { $0.map { $0.compactMap { IPAddress($0) } } })
    }

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

/// A resolver that never answers.
struct SilentResolver: NameResolver {
    func addresses(of name: String) async throws(NameResolutionError) -> [IPAddress] {
        do {
            while true { try await Task.sleep(for: .seconds(3600)) }
        } catch {
            throw .cancelled
        }
    }
}
