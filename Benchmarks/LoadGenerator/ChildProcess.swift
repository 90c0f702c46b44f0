import Foundation

/// A server started as a child process, to be timed.
///
/// Started with posix_spawn(3), not with Foundation's `Process`, which passes on the signal mask of its thread: a server that blocks
/// SIGTERM does not end.
struct ChildProcess: Sendable {
    /// A program, looked up in `PATH`, and its arguments.
    let command: [String]
    /// The file for its output, which is discarded if this is `nil`.
    let log: String?
    /// The file for its process ID, so that it can be ended if this process cannot.
    let identifierFile: String?

    struct Running: Sendable {
        let startedAt: ContinuousClock.Instant
        let identifier: pid_t

        /// Must not be called again, nor `stop`, after it has returned `true`.
        func hasEnded() -> Bool {
            var status: Int32 = 0
            return waitpid(identifier, &status, WNOHANG) != 0
        }

        /// Sends SIGTERM and waits for the exit.
        func stop() {
            var status: Int32 = 0
            kill(identifier, SIGTERM)
            while waitpid(identifier, &status, 0) == -1, errno == EINTR {}
        }
    }

    func start() throws -> Running {
        var attributes = posix_spawnattr_t()
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        let start = ContinuousClock.now
        let identifier = try spawn(actions, attributes)
        if let identifierFile {
            _ = FileManager.default.createFile(atPath: identifierFile, contents: Data("\(identifier)\n".utf8))
        }
        return Running(startedAt: start, identifier: identifier)
    }

    private func spawn(_ actions: posix_spawn_file_actions_t, _ attributes: posix_spawnattr_t) throws -> pid_t {
        let surroundings = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        let arguments = command.map { strdup($0) } + [nil]
        let environment = surroundings.map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var (actions, attributes) = (actions, attributes)
        var identifier = pid_t()
        let outcome = posix_spawnp(&identifier, command[0], &actions, &attributes, arguments, environment)
        guard outcome == 0 else {
            throw LoadError.failed("cannot start \(command[0]): \(String(cString: strerror(outcome)))")
        }
        return identifier
    }
}
