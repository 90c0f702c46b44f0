import ArgumentParser
import Countersign
import SQLite
import Store

/// Completions that only the store knows: client IDs, aliases of the key store, references of refusals, keys of a client.
///
/// The shell asks for them while a person types, so whatever goes wrong gives none, and at most some hundred are given.
/// Whoever may register a client or make a key store chooses names, so only those are given that mean nothing to any shell.
enum StoreNames {
    /// How many names a shell is given.
    private static let limit = 500

    /// Client IDs.
    static var clients: CompletionKind {
        .custom { words, _, prefix async in
            await names(words, prefix) { store in
                // They are in the order of their bytes, so those with the prefix begin behind it; one may be equal to it.
                let begun = prefix.isEmpty ? nil : ClientID(prefix)
                let equal = begun == nil ? nil : try await store.clients.registration(of: ClientID(prefix))
                let others = try await store.clients.page(after: begun, limit: limit)
                return ((equal.map { [$0.client] } ?? []) + others).map(\.id.text)
            }
        }
    }

    /// Aliases of the key store.
    static var aliases: CompletionKind {
        .custom { words, _, prefix async in
            await names(words, prefix) { try await $0.keyStore.entries().map(\.alias.text) }
        }
    }

    /// References of the latest refusals.
    static var references: CompletionKind {
        .custom { words, _, prefix async in
            await names(words, prefix) { try await $0.audit.latest(1000).map(\.reference) }
        }
    }

    /// Keys of the client that stands on the command line already: by `kid`, where they have one, else by thumbprint.
    static var keys: CompletionKind {
        .custom { words, _, prefix async in
            await names(words, prefix) { store in
                for word in words {
                    guard let registration = try await store.clients.registration(of: ClientID(word)) else { continue }
                    return registration.keys.map { $0.jwk.keyID?.text ?? $0.jwk.thumbprint }
                }
                return []
            }
        }
    }

    private static func names(
        _ words: [String], _ prefix: String, _ read: (any Store) async throws -> [String]
    ) async -> [String] {
        let found = try? await OpenedStore.with(directory(words), read)
        let names = (found ?? []).filter { $0.hasPrefix(prefix) && isPlain($0) }.prefix(limit)
        // To zsh a description follows a colon.
        return CompletionShell.requesting == .zsh ? names.map { $0.replacing(":", with: "\\:") } : Array(names)
    }

    /// Whether a shell takes the name for a word and for nothing else, however often it reads it, and a command does not take it for
    /// an option.
    static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("-")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._:/@%+=,-".utf8.contains(byte)
                }
            }
    }

    /// What `--data` says on the command line so far.
    static func directory(_ words: [String]) -> String {
        for (index, word) in words.enumerated() {
            if word == "--data", index + 1 < words.count { return words[index + 1] }
            if word.hasPrefix("--data=") { return String(word.dropFirst("--data=".count)) }
        }
        return OpenedStore.defaultDirectory
    }
}
