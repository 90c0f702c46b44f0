/// A compiled pattern: a nondeterministic automaton that is run with all its states at once (Thompson's construction), so that no input
/// makes it slow.
struct RedirectProgram: Sendable {
    private enum Instruction: Sendable {
        case literal(UInt8)
        case set(ASCIISet)
        /// Continues at both targets.
        case split(Int, Int)
        case jump(Int)
        case accept
    }

    private var instructions: [Instruction] = []

    init(_ node: RedirectPatternNode) {
        append(node)
        instructions.append(.accept)
    }

    private mutating func append(_ node: RedirectPatternNode) {
        switch node {
        case .literal(let byte): instructions.append(.literal(byte))
        case .set(let set): instructions.append(.set(set))
        case .sequence(let nodes): for node in nodes { append(node) }
        case .optional(let node):
            let split = reserve()
            append(node)
            instructions[split] = .split(split + 1, instructions.count)
        case .many(let node):
            let split = reserve()
            append(node)
            instructions.append(.jump(split))
            instructions[split] = .split(split + 1, instructions.count)
        case .choice(let branches):
            var jumps: [Int] = []
            for branch in branches.dropLast() {
                let split = reserve()
                append(branch)
                jumps.append(reserve())
                instructions[split] = .split(split + 1, instructions.count)
            }
            if let last = branches.last { append(last) }
            for jump in jumps { instructions[jump] = .jump(instructions.count) }
        }
    }

    /// Appends an instruction that is replaced when its target is known.
    private mutating func reserve() -> Int {
        instructions.append(.accept)
        return instructions.count - 1
    }

    func match(_ input: [UInt8]) -> (isMatch: Bool, steps: Int) {
        var steps = 0
        var states = closure(of: [0], &steps)
        for byte in input {
            guard !states.isEmpty else { return (false, steps) }
            var next: [Int] = []
            for state in states {
                switch instructions[state] {
                case .literal(let expected): if byte == expected { next.append(state + 1) }
                case .set(let set): if set.contains(byte) { next.append(state + 1) }
                case .split, .jump, .accept: break
                }
            }
            states = closure(of: next, &steps)
        }
        let isMatch = states.contains { if case .accept = instructions[$0] { true } else { false } }
        return (isMatch, steps)
    }

    /// Follows splits and jumps; each instruction is visited once.
    private func closure(of states: [Int], _ steps: inout Int) -> [Int] {
        var isVisited = [Bool](repeating: false, count: instructions.count)
        var pending = states
        var reached: [Int] = []
        while let state = pending.popLast() {
            guard !isVisited[state] else { continue }
            isVisited[state] = true
            steps += 1
            switch instructions[state] {
            case .split(let first, let second): pending += [first, second]
            case .jump(let target): pending.append(target)
            case .literal, .set, .accept: reached.append(state)
            }
        }
        return reached
    }

    /// Whether a set can match a separator before the third slash, which ends the host of `https://host/`.
    var leavesHostOpen: Bool {
        var isVisited: Set<[Int]> = []
        var pending = [(state: 0, slashes: 0)]
        while let (state, slashes) = pending.popLast() {
            guard slashes < 3, isVisited.insert([state, slashes]).inserted else { continue }
            switch instructions[state] {
            case .literal(let byte): pending.append((state + 1, slashes + (byte == UInt8(ascii: "/") ? 1 : 0)))
            case .set(let set):
                if set.intersects(.separators) { return true }
                pending.append((state + 1, slashes))
            case .split(let first, let second): pending += [(first, slashes), (second, slashes)]
            case .jump(let target): pending.append((target, slashes))
            case .accept: break
            }
        }
        return false
    }
}
