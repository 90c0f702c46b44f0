/// The failed sign-ins of one account, browser or address, forgiven one after the other as time passes.
///
/// The first few cost nothing, because people mistype; each further one doubles the time until the next attempt.
struct SignInFailures: Sendable, Equatable {
    /// How many failures are free, and how the others slow down.
    struct Rule: Sendable {
        let free: Int
        /// How long it takes until one failure is forgiven.
        let forgiveness: Duration
        /// The longest time until the next attempt.
        var longestWait: Duration = .seconds(900)

        /// Further failures change nothing: the wait has reached its limit.
        var maximum: Int { free + 10 }
    }

    private(set) var count = 0
    private var lastAt: UnixTime

    /// The first failure.
    init(at now: UnixTime) {
        (count, lastAt) = (1, now)
    }

    /// How many are not forgiven yet.
    ///
    /// If the clock was set back, the last failure counts as current, so no wait exceeds the limit.
    mutating func remaining(_ rule: Rule, at now: UnixTime) -> Int {
        lastAt = min(lastAt, now)
        return max(0, count - Int(clamping: (now - lastAt).milliseconds / rule.forgiveness.milliseconds))
    }

    /// Returns how long the next attempt must wait; `nil` if it may take place now.
    mutating func wait(_ rule: Rule, at now: UnixTime) -> Duration? {
        guard remaining(rule, at: now) > 0, count >= rule.free else { return nil }
        let rest = min(.seconds(1 << (count - rule.free)), rule.longestWait) - (now - lastAt)
        return rest > .zero ? rest : nil
    }

    mutating func add(_ rule: Rule, at now: UnixTime) {
        count = min(remaining(rule, at: now) + 1, rule.maximum)
        lastAt = now
    }

    /// Takes back one that turned out to be no failure.
    mutating func takeBack() {
        count -= 1
    }
}

/// The failed sign-ins by account, browser or address, within a fixed number of entries.
///
/// Entries are never evicted, or an attacker could free the account under attack by failing with many made-up names. An entry is removed
/// when its failures are forgiven; while all are in use, new ones are refused. The global limit on failures admits too few for that
/// (`SignInLimits.capacity`).
struct FailureTable<Key: Hashable & Sendable>: Sendable {
    private let rule: @Sendable (Key) -> SignInFailures.Rule
    private let capacity: Int
    private var entries: [Key: SignInFailures] = [:]

    init(capacity: Int, rule: @escaping @Sendable (Key) -> SignInFailures.Rule) {
        self.rule = rule
        self.capacity = capacity
    }

    var count: Int { entries.count }

    mutating func wait(for key: Key, at now: UnixTime) -> Duration? {
        let rule = rule(key)
        if entries[key] != nil { return entries[key]?.wait(rule, at: now) }
        guard entries.count >= capacity else { return nil }
        removeForgiven(at: now)
        return entries.count < capacity ? nil : rule.longestWait
    }

    /// Whether a key has a failure that is not forgiven yet.
    mutating func hasFailed(_ key: Key, at now: UnixTime) -> Bool {
        (entries[key]?.remaining(rule(key), at: now) ?? 0) > 0
    }

    private mutating func removeForgiven(at now: UnixTime) {
        for key in Array(entries.keys) where !hasFailed(key, at: now) { entries[key] = nil }
    }

    /// Counts an attempt as failed before it is known, so that attempts at the same time cannot exceed the limit.
    ///
    /// - Returns: the entry before.
    mutating func add(_ key: Key, at now: UnixTime) -> SignInFailures? {
        let before = entries[key]
        if before == nil { entries[key] = SignInFailures(at: now) } else { entries[key]?.add(rule(key), at: now) }
        return before
    }

    /// Takes an attempt back that did not fail.
    ///
    /// - Parameters:
    ///   - before: the entry before the attempt. It returns unless there were other attempts meanwhile.
    mutating func takeBack(_ key: Key, _ before: SignInFailures?, from time: UnixTime) {
        var after = before
        after?.add(rule(key), at: time)
        guard entries[key] == after ?? SignInFailures(at: time) else {
            entries[key]?.takeBack()
            return
        }
        entries[key] = before
    }

    mutating func remove(_ key: Key) {
        entries[key] = nil
    }
}
