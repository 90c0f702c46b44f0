import Administration
import ArgumentParser
import SQLite
import Store

/// Completions from the store: client IDs, user names, resources, aliases of the key store, references of refusals, keys of a client.
///
/// Completion runs while a person types, so errors yield no completions, and the number of names is limited. Names are untrusted,
/// so only those without a special meaning to any shell are offered.
enum StoreNames {
    private static let limit = 500

    static var clients: CompletionKind {
        names { store, _, prefix in
            // Clients are in byte order, so those with the prefix follow it; one client may equal it.
            let begun = prefix.isEmpty ? nil : ClientID(prefix)
            let equal = begun == nil ? nil : try await store.clients.registration(of: ClientID(prefix))
            let others = try await store.clients.page(after: begun, limit: limit)
            return ((equal.map { [$0.client] } ?? []) + others).map(\.id.text)
        }
    }

    static var users: CompletionKind {
        names { store, _, _ in try await store.users.page(after: nil, limit: limit).map(\.name) }
    }

    static var serverKeys: CompletionKind {
        names { store, _, _ in try await store.signingKeys.all().map(\.keyID.text) }
    }

    static var resources: CompletionKind {
        names { store, _, _ in try await store.resources.all().map(\.uri) }
    }

    static var registrationTokens: CompletionKind {
        names { store, _, _ in try await store.initialAccessTokens.all().map(\.id) }
    }

    static var aliases: CompletionKind {
        names { store, _, _ in try await store.keyStore.entries().map(\.alias.text) }
    }

    static var references: CompletionKind {
        names { store, _, _ in try await store.audit.latest(1000, onlyProven: false).map(\.reference.text) }
    }

    /// The keys of the client named on the command line: by `kid` if they have one, else by thumbprint.
    static var keys: CompletionKind {
        names { store, words, _ in
            for word in words {
                guard let registration = try await store.clients.registration(of: ClientID(word)) else { continue }
                return registration.keys.map { $0.jwk.keyID?.text ?? $0.jwk.thumbprint }
            }
            return []
        }
    }

    private static func names(
        _ read: @escaping @Sendable (any Store, _ words: [String], _ prefix: String) async throws -> [String]
    ) -> CompletionKind {
        .custom { words, _, prefix async in
            // A server is not asked while a person types; the names of a local store would be wrong for it.
            guard !isRemote(words) else { return [] }
            let found = try? await OpenedStore.with(directory(words)) { try await read($0, words, prefix) }
            // No command may parse a name as an option.
            let names = (found ?? []).filter { $0.hasPrefix(prefix) && !$0.hasPrefix("-") && ShellCommand.isPlain($0) }
            // In zsh, a colon begins a description.
            let isZsh = CompletionShell.requesting == .zsh
            return names.prefix(limit).map { isZsh ? $0.replacing(":", with: "\\:") : $0 }
        }
    }

    private static func isRemote(_ words: [String]) -> Bool {
        words.contains { word in
            ["--server", "--profile"].contains { word == $0 || word.hasPrefix($0 + "=") }
        }
    }

    /// Returns the value of `--data` on the command line so far.
    static func directory(_ words: [String]) -> String {
        for (index, word) in words.enumerated() {
            if word == "--data", index + 1 < words.count { return words[index + 1] }
            if word.hasPrefix("--data=") { return String(word.dropFirst("--data=".count)) }
        }
        return OpenedStore.defaultDirectory
    }
}
