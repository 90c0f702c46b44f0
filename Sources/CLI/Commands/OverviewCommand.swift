import Administration
import ArgumentParser

struct OverviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overview", abstract: "Show how a server is and what it did.",
        discussion: """
            Of a running server (--server or --profile): its health, what needs attention, and figures up to this second. Of a data \
            directory: the figures that the server has written, a minute after the other; 'countersign doctor' makes the checks there.

            EXAMPLES
              countersign overview
              countersign overview --period day --json
              countersign overview --profile production --period minutes
            """)

    @Option(
        help: "minutes (the last ten, of a running server), hour or day.",
        completion: .list(FigurePeriod.allCases.map(\.rawValue)))
    var period = FigurePeriod.standard.rawValue

    @OptionGroup var target: TargetOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard FigurePeriod(rawValue: period) == nil else { return }
        let known = FigurePeriod.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--period: '\(period)' is not one of \(known).")
    }

    func run() async throws {
        let period = FigurePeriod(rawValue: period) ?? .standard
        let report = try await target.withOperations { try await $0.overview.overview(period, at: .now) }
        if json { JSONOutput.print(report.json) } else { print(report.text(on: .output)) }
    }
}

extension OverviewFailure: MessageError {}
