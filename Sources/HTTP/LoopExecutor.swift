import NIOCore

/// A task executor that runs jobs on one event loop.
///
/// A request's task prefers it, so the task runs on the loop that read the request and resumes there after each suspension: no hop to the
/// global pool, and its answer can be written without another one.
final class LoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
