import Countersign
import CountersignJOSE
import Store
import Synchronization

/// Clients that are URLs, in memory: each document is read under the guard, checked, and kept for as long as it says, within bounds.
///
/// A class because all requests share its memory. Clients that have proved a key, clients that have not yet, and documents that were
/// not to be had are kept apart, so that made-up identifiers push out none of the former.
final class ClientMetadataDocuments: Sendable {
    private typealias Work = Task<MetadataCopy, Never>

    private struct State {
        var proven = GenerationalCache<ExactString, MetadataCopy>(capacity: 2000)
        var unproven = GenerationalCache<ExactString, MetadataCopy>(capacity: 1000)
        var failures = GenerationalCache<ExactString, MetadataCopy>(capacity: 1000)
        var works: [ExactString: Work] = [:]

        mutating func known(_ url: ExactString) -> MetadataCopy? {
            proven[url] ?? unproven[url] ?? failures[url]
        }

        /// - Returns: what had to go, to be freed outside the lock.
        mutating func keep(_ copy: MetadataCopy, of url: ExactString, isProven: Bool) -> [ExactString: MetadataCopy] {
            if isProven { return proven.insert(copy, for: url) }
            // One that was a client keeps its place until others need it.
            guard copy.client == nil, unproven[url] == nil else { return unproven.insert(copy, for: url) }
            return failures.insert(copy, for: url)
        }
    }

    let settings: ClientMetadataSettings
    private let keySets: ClientURLKeySets
    private let proven: ProvenClientURLs
    private let reader: any RemoteReader
    private let grace: Duration
    private let permits: FetchPermits
    private let runtime: Runtime
    private let budget = HostBudget()
    private let state = Mutex(State())

    /// Makes an empty memory; nothing is read yet.
    ///
    /// - Parameters:
    ///   - store: remembers which clients have proved a key.
    init(
        store: any ProvenClientURLStore, reader: any RemoteReader, _ settings: ServerSettings,
        _ runtime: Runtime
    ) {
        self.reader = reader
        self.settings = settings.clientMetadata
        // A document works as long as a key set while its URL cannot be read.
        grace = settings.keySets.grace
        permits = FetchPermits(.ofClientURLs)
        proven = ProvenClientURLs(store: store, settings.clientMetadata, report: runtime.report)
        keySets = ClientURLKeySets(reader: reader, settings, permits: permits, runtime)
        self.runtime = runtime
    }

    /// How many fetches are under way.
    var readingCount: Int { state.withLock { $0.works.count } }

    /// Writes down in the background which clients have proved a key, until its task is cancelled.
    func run() async {
        await proven.run()
    }

    /// The client at a URL. Waits for its document only where there is none to be used meanwhile.
    ///
    /// - Throws: `ClientMetadataFault`.
    func client(_ id: ClientID) async throws(ClientMetadataFault) -> RegisteredClient {
        let url = try ClientIDURL(id, settings)
        let now = runtime.clock()
        if let known = state.withLock({ $0.known(url.text) }) {
            if let client = known.client, known.times.isFresh(at: now) { return client }
            if known.times.standing(at: now, grace: grace) == .usable, let client = known.client {
                if known.times.nextAttemptAt <= now {
                    _ = work(url, isProven: await proven.waitAndSee(url.text), at: now)
                }
                return client
            }
            if let fault = known.fault, known.isHeldOff(at: now) { throw fault }
        }
        guard let work = work(url, isProven: await proven.waitAndSee(url.text), at: now) else {
            throw .tooMany(host: url.host)
        }
        let copy = await work.value
        guard let client = copy.client, copy.times.standing(at: runtime.clock(), grace: grace) == .usable else {
            throw copy.fault ?? .unreadable("it is too old")
        }
        return client
    }

    /// The key sets among which that of a client is.
    func keySets(of id: ClientID) -> RemoteKeySets {
        keySets.sets(isProven: proven.contains(id.value))
    }

    /// Why there was no client a moment ago; nothing is read for the answer.
    func fault(_ id: ClientID) -> ClientMetadataFault {
        do {
            let url = try ClientIDURL(id, settings)
            return state.withLock { $0.known(url.text) }?.fault ?? .tooMany(host: url.host)
        } catch {
            return error
        }
    }

    /// Whether documents of an identifier's host were not read a moment ago because too many were asked for. It does not depend on
    /// whether there is such a client.
    func isShortOfBudget(_ id: ClientID) -> Bool {
        guard ClientIDURL.isMeant(id, settings), let url = try? ClientIDURL(id, settings) else { return false }
        return budget.isShort(url, at: runtime.clock())
    }

    /// Remembers that a client has proved a key: from now on it shares nothing with those that have not.
    func noteProof(of client: RegisteredClient, at now: UnixTime) {
        guard ClientIDURL.isMeant(client.id, settings), proven.isNews(client.id.value, at: now),
            let url = try? ClientIDURL(client.id, settings)
        else { return }
        // One that is registered under its URL comes from elsewhere.
        let gone = state.withLock { state -> [ExactString: MetadataCopy]? in
            guard let copy = state.known(url.text), let record = copy.client?.attachedRecord,
                record === client.attachedRecord
            else { return nil }
            return state.proven.insert(copy, for: url.text)
        }
        guard gone != nil else { return }
        if let keySetURL = client.keySetURL { keySets.carryOver(keySetURL) }
        proven.note(url, at: now)
    }

    /// The fetch under way, or a new one; `nil` where too many URLs of the host are new. A client's own refreshes are not counted.
    private func work(_ url: ClientIDURL, isProven: Bool, at now: UnixTime) -> Work? {
        state.withLock { state in
            if let work = state.works[url.text] { return work }
            let known = state.known(url.text)
            let caller = FetchCaller(source: url.pattern, isProven: isProven)
            if known?.client == nil {
                guard permits.hasRoom(for: caller) else {
                    budget.noteQueue(of: url, at: now)
                    return nil
                }
                guard budget.spend(on: url, isProven: isProven, at: now) else { return nil }
            }
            let work = Work { await self.read(url, known, for: caller) }
            state.works[url.text] = work
            return work
        }
    }

    private func read(_ url: ClientIDURL, _ known: MetadataCopy?, for caller: FetchCaller) async -> MetadataCopy {
        let reading = await permits.withPermit(for: caller) {
            await reader.read(.clientMetadata, at: url.text, etag: known?.document?.etag)
        }
        let copy = MetadataCopy(
            of: url, after: reading, known, settings, at: runtime.clock(), jitter: .random(in: 0...1))
        let isProven = proven.contains(url.text)
        let gone = state.withLock { state in
            state.works[url.text] = nil
            return state.keep(copy, of: url.text, isProven: isProven)
        }
        // Keys are freed here, outside the lock.
        _ = consume gone
        return copy
    }
}
