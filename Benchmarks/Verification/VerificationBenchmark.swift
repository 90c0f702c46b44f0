import Countersign
import Foundation

/// A comparison of the cost of verifying an assertion with the bare signature check, in one process and in interleaved rounds, so that
/// other work on the machine affects both alike.
@main
struct VerificationBenchmark {
    static func main() async throws {
        guard let options = Options(CommandLine.arguments.dropFirst()) else {
            FileHandle.standardError.write(Data((Options.usage + "\n").utf8))
            exit(2)
        }
        var verifications: [VerificationSubject] = []
        for algorithm in [SignatureAlgorithm.rs256, .es256, .edDSA] {
            verifications.append(try VerificationSubject(algorithm))
        }
        let signing = try SigningSubject()

        var series = verifications.flatMap { $0.series } + signing.series
        for index in series.indices { try await series[index].warmUp() }
        for _ in 0..<options.rounds {
            for index in series.indices { try await series[index].measureRound() }
        }

        let report = VerificationReport(rounds: options.rounds, series: series, verifications: verifications)
        print(options.json ? report.json.render() : report.text)
    }
}

/// The command line.
struct Options {
    static let fewestRounds = 15
    static let usage = "usage: VerificationBenchmark [--rounds COUNT] [--json]    (at least \(fewestRounds) rounds)"

    var rounds = 31
    var json = false

    /// - Returns: `nil` if an argument is not valid.
    init?(_ arguments: some Sequence<String>) {
        var arguments = Array(arguments)[...]
        while let argument = arguments.popFirst() {
            switch argument {
            case "--json": json = true
            case "--rounds":
                guard let value = arguments.popFirst().flatMap(Int.init), value >= Self.fewestRounds else { return nil }
                rounds = value
            default: return nil
            }
        }
    }
}
