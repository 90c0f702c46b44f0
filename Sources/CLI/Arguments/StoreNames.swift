import ArgumentParser
import SQLite
import Store

/// Completions from the store: client IDs, aliases of the key store, references of refusals, keys of a client.
///
/// Completion runs while a person types, so errors yield no completions, and the number of names is limited. Names are untrusted,
/// so only those without a special meaning to any shell are offered.
enum StoreNames {
    private static let limit = 500

    static var clients: CompletionKind {
        .custom { words, _, prefix async in
            await names(words, prefix) { store in
                // Clients are in byte order, so those with the prefix follow it; one client may equal it.
                let begun = prefix.isEmpty ? nil : ClientID(prefix)
                let equal = begun == nil ? nil : try await store.clients.registration(of: ClientID(prefix))
                let others = try await store.clients.page(after: begun, limit: limit)
                return ((equal.map { [$0.client] } ?? []) + others).map(\.id.text)
            }
        }
    }

    static var aliases: CompletionKind {
        .custom { words, _, prefix async in
            await names(words, prefix) { try await $0.keyStore.entries().map(\.alias.text) }
        }
    }

    static var references: CompletionKind {
        .custom { words, _, prefix async in
            await names(words, prefix) { try await $0.audit.latest(1000, onlyProven: false).map(\.reference.text) }
        }
    }

    /// The keys of the client named on the command line: by `kid` if they have one, else by thumbprint.
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
        // In zsh, a colon begins a description.
        return CompletionShell.requesting == .zsh ? names.map { $0.replacing(":", with: "\\:") } : Array(names)
    }

    /// Returns whether every shell reads the name as a plain word, even if expanded repeatedly, and no command reads it as an option.
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

    /// Returns the value of `--data` on the command line so far.
    static func directory(_ words: [String]) -> String {
        for (index, word) in words.enumerated() {
            if word == "--data", index + 1 < words.count { return words[index + 1] }
            if word.hasPrefix("--data=") { return String(word.dropFirst("--data=".count)) }
        }
        return OpenedStore.defaultDirectory
    }
}
