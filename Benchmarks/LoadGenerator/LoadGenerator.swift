import Foundation

/// A load generator for a token endpoint, which signs assertions in advance and checks every answer.
@main
struct LoadGenerator {
    static let usage = """
        usage: LoadGenerator COMMAND OPTION…

        prepare       make a key pair: DIR/ALG.key (private) and DIR/ALG.jwks.json (for `countersign client add`)
            --algorithm ALG --directory DIR
        sign          sign assertions and save them to a file, unless it has enough valid ones
            --algorithm ALG --directory DIR --issuer URL --requests N --reuse-file FILE [--client ID] [--clients M]
        ready         wait until the server returns 200 at /health/ready or another path
            --server HOST:PORT --server-pid PID [--ready-path PATH]
        run           send N requests over C connections, then check all answers
            --algorithm ALG --directory DIR --issuer URL --server HOST:PORT [--requests N] [--warm-up N]
            [--connections C] [--client ID] [--clients M] [--expect jwt|opaque] [--reuse-file FILE]
            [--server-pid PID] [--name NAME] [--json]
            --token-path PATH, --expect any and several process IDs, separated by commas, are for other servers
        flush         time the flush of an appended 4 KiB block to the disk, as in a commit
            --directory DIR [--requests N]
        idle          open N connections and measure the memory of the server
            --server HOST:PORT --server-pid PID --connections N
        overload      send half, then twice, then half of the server's capacity, regardless of its answers
            --capacity N --algorithm ALG --directory DIR --issuer URL --server HOST:PORT --server-pid PID
            [--connections C] [--client ID] [--reuse-file FILE] [--name NAME]
        first-token   start the server several times, and measure the time to the first token
            --algorithm ALG --directory DIR --issuer URL --server HOST:PORT [--starts N] [--client ID]
            [--log FILE] [--pid-file FILE] [--name NAME] [--json] -- COMMAND ARGUMENT…
        key-server    serve a key set at every path; GET /counts returns the fetches, POST /rotate switches to the next set
            --key-server HOST:PORT --key-set FILE [--next-key-set FILE] [--delay MILLISECONDS] [--max-age SECONDS]
        beside-sign-ins   measure token requests at a steady pace, first alone, then while people sign in
            --values FILE (a cookie and a form) --rate N --sign-in-rate N --seconds N --requests N [--connections C]
            --algorithm ALG --directory DIR --issuer URL --server HOST:PORT [--reuse-file FILE] [--name NAME]
        refresh-storm   let the key sets of all clients expire under a steady load
            --due SECONDS --requests N --clients M [--reuse-file FILE] and what follows
        key-rotation  let a client change its key under a steady load
            --next-directory DIR --next-key-set FILE and what follows
        unknown-keys  send assertions that name unknown keys
            [--seconds N] [--cool-down SECONDS] and what follows
            --algorithm ALG --directory DIR --issuer URL --server HOST:PORT --key-server HOST:PORT --key-set FILE
            [--delay MILLISECONDS] [--rate N] [--connections C] [--client ID] [--log FILE] [--name NAME]
            -- COMMAND ARGUMENT…
        report        print the --json output of the other commands and VerificationBenchmark with the targets
            --directory DIR [--note TEXT]

        With M > 1, the clients' IDs are ID-1 to ID-M, and they share the key pair. The three commands about key sets start both
        servers, Countersign by the COMMAND; they print their figures as JSON, and fail if an answer is wrong.
        """

    static func main() async {
        do {
            var arguments = Array(CommandLine.arguments.dropFirst())
            guard !arguments.isEmpty else { throw LoadError.usage("no command") }
            let command = arguments.removeFirst()
            if ["help", "--help", "-h"].contains(command) { return print(usage) }
            try await run(command, try Options(arguments))
        } catch let LoadError.usage(message) {
            Progress.say("\(message)\n\(usage)")
            exit(2)
        } catch {
            Progress.say("LoadGenerator: \(error)")
            exit(1)
        }
    }

    private static func run(_ command: String, _ options: Options) async throws {
        switch command {
        case "prepare": try KeyPair.generate(try options.algorithm()).write(to: try options.directory())
        case "sign":
            _ = try await AssertionFile.load(try AssertionPlan(options), at: try options.required("reuse-file"))
        case "ready": try await Readiness(options).wait()
        case "run": try await LoadCommand(options).run()
        case "flush": try FlushTime(options).run()
        case "idle": try await IdleConnections(options).run()
        case "overload": try await Overload(options).run()
        case "first-token": try await FirstToken(options).run()
        case "key-server": try await KeyServerCommand(options).run()
        case "beside-sign-ins": try await BesideSignIns(options).run()
        case "refresh-storm": try await RefreshStorm(options).run()
        case "key-rotation": try await KeyRotation(options).run()
        case "unknown-keys": try await UnknownKeys(options).run()
        case "report": print(try Report(directory: try options.directory(), note: options["note"]).text)
        default: throw LoadError.usage("no command '\(command)'")
        }
    }
}

/// Why a command failed.
enum LoadError: Error, CustomStringConvertible {
    case usage(String)
    case failed(String)

    var description: String {
        switch self {
        case .usage(let message), .failed(let message): message
        }
    }
}

/// Progress messages on the standard error; only figures go to the standard output.
enum Progress {
    static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
