/// The completion script for bash, made safe for words from the store.
///
/// ArgumentParser's script passes them to `compgen -W`, which expands its list again: a client named `$(reboot)` would be executed
/// during completion. The script below compares them in a loop, which expands nothing.
enum CompletionScript {
    private static let comparison = """
        __countersign_add_names() {
            local name
            while IFS='' read -r name; do
                [[ "${name}" = "${cur}"* ]] && COMPREPLY+=("${name}")
            done
        }

        """

    /// - Parameter message: the output of ArgumentParser; anything but a script for bash is returned unchanged.
    static func safe(_ message: String) -> String {
        let head = "#!/bin/bash\n\n"
        guard message.hasPrefix(head) else { return message }
        let script = message.dropFirst(head.count).replacing(
            /__countersign_add_completions -W "\$\((__countersign_custom_complete [^\n]*)\)"\n/
        ) { "__countersign_add_names < <(\($0.1))\n" }
        return head + comparison + script
    }
}
