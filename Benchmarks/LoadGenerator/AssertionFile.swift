import Countersign
import Foundation

/// Signed assertions in a file, one per line, so that they can be reused with several fresh stores.
///
/// The first line has their expiry and the plan's fingerprint.
enum AssertionFile {
    /// Reads the plan's assertions from the file if it has enough that match and live long enough; otherwise signs and saves new ones.
    static func load(_ plan: AssertionPlan, at path: String?) async throws -> [[UInt8]] {
        let now = UnixTime.now
        if let path, let kept = read(plan, path, now) { return kept }
        let assertions = try await AssertionSigner(plan: plan, now: now).sign()
        if let path { try write(assertions, plan, path, expiry: now + AssertionPlan.lifetime) }
        return assertions
    }

    private static func read(_ plan: AssertionPlan, _ path: String, _ now: UnixTime) -> [[UInt8]]? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        var lines = [UInt8](bytes).split(separator: UInt8(ascii: "\n"))[...]
        guard let first = lines.popFirst() else { return nil }
        let words = String(decoding: first, as: UTF8.self).split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[1] == plan.fingerprint, let seconds = Int64(words[0]),
            UnixTime(seconds: seconds) > now + AssertionPlan.leastRemaining, lines.count >= plan.count
        else { return nil }
        return lines.prefix(plan.count).map { Array($0) }
    }

    private static func write(
        _ assertions: [[UInt8]], _ plan: AssertionPlan, _ path: String, expiry: UnixTime
    ) throws {
        var bytes = Array("\(expiry.seconds) \(plan.fingerprint)\n".utf8)
        for assertion in assertions {
            bytes += assertion
            bytes.append(UInt8(ascii: "\n"))
        }
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: attributes) else {
            throw LoadError.failed("cannot write \(path)")
        }
    }
}
