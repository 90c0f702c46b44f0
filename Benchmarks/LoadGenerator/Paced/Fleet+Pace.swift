import NIOCore
import NIOPosix

extension Fleet {
    /// Sends requests at a fixed pace.
    func drive(
        _ requests: PacedRequests, _ pace: Pace, request: TokenRequest? = nil, stop: StopSignal = StopSignal()
    ) async throws -> PacedResult {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let result = try await loop.flatSubmit {
            let promise = loop.makePromise(of: PacedResult.self)
            let run = NIOLoopBound(
                PacedRun(requests, pace: pace, stop: stop, request: request ?? TokenRequest(server), promise: promise),
                eventLoop: loop)
            connect(run, on: loop).whenComplete { outcome in
                switch outcome {
                case .success:
                    loop.scheduleRepeatedTask(initialDelay: .zero, delay: .milliseconds(1)) { task in
                        run.value.tick()
                        if run.value.isOver { task.cancel() }
                    }
                case .failure(let error): promise.fail(error)
                }
            }
            return promise.futureResult
        }.get()
        try await group.shutdownGracefully()
        return result
    }
}
