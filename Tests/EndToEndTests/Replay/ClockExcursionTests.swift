import Countersign
import Foundation
import Testing

@Suite("Rule 24 on the real process: a clock that runs ahead and comes back", .serialized)
struct ClockExcursionTests {
    /// Adds seconds, read from a file, to the real-time clock of a process.
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

    /// - Returns: `nil` where there is no C compiler.
    private static func compile(in directory: String) throws -> String? {
        try shim.write(toFile: directory + "/clock.c", atomically: true, encoding: .utf8)
        let library = directory + "/clock.so"
        let compiled = try ServerProcess.run(
            "/usr/bin/env", ["cc", "-shared", "-fPIC", "-O1", "-o", library, directory + "/clock.c", "-ldl"])
        guard compiled.status == 0 else {
            print("skipped: no C compiler here, so the clock of a process cannot be moved: \(compiled.errors)")
            return nil
        }
        return library
    }

    @Test("Forward, sweep, back: the assertion used before gets no second token", .timeLimit(.minutes(5)))
    func excursion() async throws {
        let setup = try await ReplayProcess()
        guard let library = try Self.compile(in: setup.directory) else { return }
        let offset = setup.directory + "/offset"
        func setClock(ahead seconds: Int) throws {
            try "\(seconds)\n".write(toFile: offset, atomically: true, encoding: .utf8)
        }
        try setClock(ahead: 0)
        let server = try setup.start(environment: ["LD_PRELOAD": library, "CLOCK_OFFSET_FILE": offset])
        let used = try ReplayProcess.assertion(expiresIn: 3000)
        #expect(try await server.statuses(of: [used]) == [200: 1])
        #expect(try await server.statuses(of: [used]) == [401: 1])

        try setClock(ahead: 7200)
        #expect(try await server.statuses(of: [try ReplayProcess.assertion(expiresIn: 7200 + 600)]) == [200: 1])
        while try await setup.facts().sweptUntil < .now { await Task.yield() }
        try setClock(ahead: 0)
        #expect(try await server.statuses(of: [used]) == [503: 1])
        // An assertion that outlives what was forgotten is decided.
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
}
