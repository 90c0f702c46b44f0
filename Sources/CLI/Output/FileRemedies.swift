import Files

extension FileFault {
    /// The remedy, as a clause.
    var remedy: String {
        switch (reason, role) {
        case (.kind(.symbolicLink), .database):
            "move the database itself there, or use its directory as the data directory"
        case (.kind(.symbolicLink), .lock): "remove it; the server makes a file of its own"
        case (.brokenLink, _): "remove it, or point it to a file"
        case (.kind, .dataDirectory): "name a directory"
        case (.kind, .profileDirectory): "remove it, or set XDG_CONFIG_HOME to a directory of yours"
        case (.kind, _): "name a file"
        case (.owner, _): "if what is in it is yours, run chown \(geteuid()) \(path)"
        case (.writable, .dataDirectory):
            "run chmod go-w \(path); on a volume whose mode is fixed, name a directory in it"
        case (.writable, .database), (.writable, .lock): "if no other user has written to it, run chmod 600 \(path)"
        case (.writable, .profiles): "if no other user has written to it, run chmod 600 \(path)"
        case (.writable, .profileDirectory): "if no other user has written to it, run chmod 700 \(path)"
        case (_, .masterKey): "run chmod 600 \(path)"
        case (.writable, .tlsKey), (.readable, .tlsKey): "run chmod 640 \(path)"
        case (.writable, .configuration), (.writable, .authorities): "run chmod o-w \(path)"
        case (_, .password): "run chmod 600 \(path)"
        case (_, .configurationWithPassword):
            "run chmod o-r \(path), or put the password of the proxy into a file (proxy_password_file)"
        case (.readable, _): "run chmod go-r \(path)"
        }
    }

    var phrase: String { "\(problem): \(remedy)" }
    var message: String { phrase + "." }
}
