/// The completion script for bash, made safe for words out of the store.
///
/// ArgumentParser's script hands them to `compgen -W`, which expands its list once more: a client called `$(reboot)` would be run
/// while somebody types. Here a loop compares them, and nothing expands them.
enum CompletionScript {
    private static let comparison = """
        __countersign_add_names() {
            local name
            while IFS='' read -r name; do
                [[ "${name}" = "${cur}"* ]] && COMPREPLY+=("${name}")
            done
        }


        """

    /// - Parameter message: what ArgumentParser prints; anything but a script for bash stays as it is.
    static func safe(_ message: String) -> String {
        let head = "#!/bin/bash\n\n"
        guard message.hasPrefix(head) else { return message }
        let script = message.dropFirst(head.count).replacing(
            /__countersign_add_completions -W "\$\((__countersign_custom_complete [^\n]*)\)"\n/
        ) { "__countersign_add_names < <(\($0.1))\n" }
        return head + comparison + script
    }
}
