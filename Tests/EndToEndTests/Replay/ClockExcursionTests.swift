import Countersign
import Foundation
import TestSupport
import Testing

@Suite("Rule 24 on the real process: a clock that jumps ahead and back", .ownThreads, .serialized)
struct ClockExcursionTests {
    /// A C library that adds seconds, read from a file, to the real-time clock of a process.
    private static let shim = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <time.h>
        int clock_gettime(clockid_t clock, struct timespec *time) {
            static int (*real)(clockid_t, struct timespec *);
            if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
            int result = real(clock, time);
            const char *path = getenv("CLOCK_OFFSET_FILE");
            if (clock != CLOCK_REALTIME || !path) return result;
            FILE *file = fopen(path, "re");
            long offset = 0;
            if (file) {
                if (fscanf(file, "%ld", &offset) != 1) offset = 0;
                fclose(file);
            }
            time->tv_sec += offset;
            return result;
        }
        """

    private static let hasCompiler = (try? ServerProcess.run("/usr/bin/env", ["cc", "--version"]).status) == 0

    /// An adjustable clock for a server process.
    private struct MovableClock {
        private let library: String
        private let offset: String

        init(in directory: String) throws {
            library = directory + "/clock.so"
            offset = directory + "/offset"
            let source = directory + "/clock.c"
            try shim.write(toFile: source, atomically: true, encoding: .utf8)
            let compiled = try ServerProcess.run(
                "/usr/bin/env", ["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"])
            try #require(compiled.status == 0, "\(compiled.errors)")
            try set(ahead: 0)
        }

        var environment: [String: String] { ["LD_PRELOAD": library, "CLOCK_OFFSET_FILE": offset] }

        func set(ahead seconds: Int) throws {
            try "\(seconds)\n".write(toFile: offset, atomically: true, encoding: .utf8)
        }
    }

    @Test(
        "Forward, sweep, back: a used assertion gets no second token",
        .enabled(if: hasCompiler, "without a C compiler the clock of a process cannot be moved"),
        .timeLimit(.minutes(5)))
    func excursion() async throws {
        let setup = try await ReplayProcess()
        let clock = try MovableClock(in: setup.directory)
        let server = try setup.start(environment: clock.environment)
        let used = try ReplayProcess.assertion(expiresIn: 3000)
        #expect(try await server.statuses(of: [used]) == [200: 1])
        #expect(try await server.statuses(of: [used]) == [401: 1])

        try clock.set(ahead: 7200)
        #expect(try await server.statuses(of: [try ReplayProcess.assertion(expiresIn: 7200 + 600)]) == [200: 1])
        while try await setup.facts().sweptUntil < .now { await Task.yield() }
        try clock.set(ahead: 0)
        #expect(try await server.statuses(of: [used]) == [503: 1])
        // An assertion that expires after the forgotten ones can be decided.
        let later = try ReplayProcess.assertion(expiresIn: 3500)
        #expect(try await server.statuses(of: [later]) == [200: 1])
        #expect(try await server.statuses(of: [later]) == [401: 1])

        server.kill()
        let again = try setup.start()
        #expect(try await again.statuses(of: [used]) == [503: 1])
        #expect(try await again.statuses(of: [later]) == [401: 1])
        #expect(again.terminate() == 0)
        setup.remove()
    }

    @Test(
        "A full log accepts new assertions once the old ones have expired, also after a restart",
        .enabled(if: hasCompiler, "without a C compiler the clock of a process cannot be moved"),
        .timeLimit(.minutes(5)))
    func fullLog() async throws {
        let setup = try await ReplayProcess()
        let clock = try MovableClock(in: setup.directory)
        let file = setup.directory + "/countersign.toml"
        try "[replay]\nmaximum_live_claims = 5\n".write(toFile: file, atomically: true, encoding: .utf8)
        var server = try setup.start(["--config", file], environment: clock.environment)
        for ahead in [0, 1200, 2400] {
            let (full, later) = (Int64(ahead + 600), ahead + 1200)
            let assertions = try (0..<5).map { _ in try ReplayProcess.assertion(expiresIn: full) }
            #expect(try await server.statuses(of: assertions) == [200: 5])
            #expect(try await server.statuses(of: [try ReplayProcess.assertion(expiresIn: full)]) == [503: 1])
            if ahead == 1200 {
                server.kill()
                try clock.set(ahead: later)
                server = try setup.start(["--config", file], environment: clock.environment)
            }
            try clock.set(ahead: later)
            while try await setup.facts().claims > 0 { await Task.yield() }
        }
        #expect(server.terminate() == 0)
        setup.remove()
    }
}
