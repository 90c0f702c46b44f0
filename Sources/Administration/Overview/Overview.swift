@_exported import Server

/// How a running server is and what it did, as its overview shows it.
package struct Overview: Sendable {
    package let at: UnixTime
    package let startedAt: UnixTime
    package let series: FigureSeries
    package let health: HealthReport
}

/// Where the overview of a running server comes from.
package struct OverviewSources: Sendable {
    package let figures: FigureSampler
    package let checkup: Checkup

    package init(figures: FigureSampler, checkup: Checkup) {
        (self.figures, self.checkup) = (figures, checkup)
    }

    /// Returns what is known at once: checks that are old begin again in the background.
    package func overview(_ period: FigurePeriod, at now: UnixTime) -> Overview {
        overview(period, checkup.report(), at: now)
    }

    /// Returns the overview with checks that are not old, and waits for them if need be.
    package func freshOverview(_ period: FigurePeriod, at now: UnixTime) async -> Overview {
        overview(period, await checkup.freshReport(), at: now)
    }

    private func overview(_ period: FigurePeriod, _ health: HealthReport, at now: UnixTime) -> Overview {
        Overview(at: now, startedAt: figures.startedAt, series: figures.series(period, at: now), health: health)
    }
}

/// The overview of a server, for scripts and for the command line.
package protocol OverviewOperations: Sendable {
    /// - Throws: `OverviewFailure`.
    func overview(_ period: FigurePeriod, at now: UnixTime) async throws -> OverviewReport
}

/// The overview of a store without its server: the minutes that were written.
package struct StoredOverview: OverviewOperations {
    private let store: any Store

    package init(_ store: any Store) {
        self.store = store
    }

    package func overview(_ period: FigurePeriod, at now: UnixTime) async throws -> OverviewReport {
        guard period != .minutes else { throw OverviewFailure.needsServer }
        let figures = FigureSampler(Runtime(clock: { now }))
        try await figures.load(from: store.figures)
        return OverviewReport(figures.series(period, at: now), at: now)
    }
}

/// Why an overview cannot be given.
package enum OverviewFailure: Error, Equatable {
    /// The seconds of the last minutes are in the memory of a server.
    case needsServer

    package var message: String {
        switch self {
        case .needsServer:
            "The last ten minutes are known to a running server only: name it with --server or --profile, or ask for the last hour or day."
        }
    }
}
