/// The spelling suggestion for "Did you mean …?".
package enum NearestName {
    /// Longer words are not compared.
    private static let longest = 64

    /// - Returns: `nil` if more than a third of the letters differ in every name.
    package static func of(_ typed: String, among names: [String]) -> String? {
        guard (2...longest).contains(typed.count) else { return nil }
        let word = Array(typed.lowercased())
        let candidates = names.compactMap { name in
            let distance = distance(word, Array(name.lowercased()))
            return distance <= max(1, min(word.count, name.count) / 3) ? (name: name, distance: distance) : nil
        }
        if let nearest = candidates.min(by: { $0.distance < $1.distance }) { return nearest.name }
        // A prefix of exactly one name.
        let begun = names.filter { word.count > 2 && $0.lowercased().hasPrefix(typed.lowercased()) }
        return begun.count == 1 ? begun[0] : nil
    }

    /// Returns the edit distance: insertions, deletions, substitutions and swaps of adjacent letters.
    package static func distance(_ left: [Character], _ right: [Character]) -> Int {
        guard right.count <= longest else { return .max }
        var (before, last) = ([Int](), Array(0...right.count))
        for row in 0..<left.count {
            var line = [row + 1]
            for column in 0..<right.count {
                var least = min(line[column], last[column + 1]) + 1
                least = min(least, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    least = min(least, before[column - 1] + 1)
                }
                line.append(least)
            }
            (before, last) = (last, line)
        }
        return last[right.count]
    }
}
