import CountersignJOSE
import Foundation
import SQLite

/// A program that fills a store with clients, to measure the effect of its size.
///
/// The measured clients share a key set whose private key the load generator has; every other client gets one of 1000 P-256 keys.
@main
struct StoreFiller {
    static let usage = """
        usage: StoreFiller --data DIR --clients N [--measured M --client ID --jwks FILE --scope "A B"]
                           [--jwks-uri PREFIX [--sets-expire-in SECONDS]] [--live-claims K] [--refusals R]
                           [--grants G --secrets DIR] [--entries E --certificate FILE]

        Registers N clients. M of them are called ID-1 to ID-M (or ID if M = 1), have the keys of FILE, and are used by
        `LoadGenerator --client ID --clients M`.

        With --jwks-uri, their keys are not registered but fetched from PREFIX followed by the client's ID. With --sets-expire-in,
        the sets are stored as if all had been fetched at the same moment, and the time at which the first is due for a refresh is
        printed in seconds since 1970.

        With --live-claims, K used assertions are stored, all of which expire in an hour.

        With --refusals, R refusals of the last thirty days are stored, half of them of callers who proved a key.

        With --entries, the key store gets E entries with copies of the certificate in FILE, which end at different times.

        With --grants, a person is stored who has a session, has allowed the measured client everything, and has G codes and G
        refresh tokens. Their secrets are written to DIR: cookie, codes, refresh-tokens.
        """

    static func main() async {
        do {
            let plan = try FillingPlan(Array(CommandLine.arguments.dropFirst()))
            let store = try SQLiteStore(directory: plan.directory)
            do {
                try await plan.liveClaims.fill(store.replay)
                if let due = try await plan.fill(store) { print(due.seconds) }
                try await plan.refusals.fill(store)
                try await plan.keyStore?.fill(store.keyStore)
                try await plan.people?.fill(store)
            } catch {
                await store.close()
                throw error
            }
            await store.close()
        } catch let error as UsageError {
            say("\(error.message)\n\(usage)")
            exit(2)
        } catch {
            say("StoreFiller: \(error)")
            exit(1)
        }
    }

    static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}

/// An invalid command line.
struct UsageError: Error {
    let message: String
}
