import Countersign

extension Store {
    /// Removes in the background what has expired, until its task is cancelled. It rests between the steps, so that claims go first.
    ///
    /// - Parameter report: receives a failure once, however often it recurs.
    package func sweep(
        every interval: Duration = .seconds(5), report: @escaping @Sendable (StoreError) -> Void
    ) async {
        var lastReported: StoreError?
        while !Task.isCancelled {
            do throws(StoreError) {
                while try await sweepStep(), (try? await Task.sleep(for: .milliseconds(10))) != nil {}
                lastReported = nil
            } catch {
                if error != lastReported, !Task.isCancelled {
                    report(error)
                }
                lastReported = error
            }
            try? await Task.sleep(for: interval)
        }
    }
}
