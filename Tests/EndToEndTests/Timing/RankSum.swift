/// The rank-sum test of Mann, Whitney and Wilcoxon: whether two sets of measurements come from one distribution.
struct RankSum {
    /// The first set's rank sum minus its expectation, in standard deviations; negative if the first set is smaller.
    let deviations: Double
    /// The share of pairs in which the first set's value is larger; ties count half.
    let superiority: Double

    init(_ first: [Double], _ second: [Double]) {
        let all = (first.map { ($0, true) } + second.map { ($0, false) }).sorted { $0.0 < $1.0 }
        var rankSum = 0.0
        var start = 0
        while start < all.count {
            var end = start
            while end < all.count, all[end].0 == all[start].0 { end += 1 }
            // Equal values share the mean of their ranks.
            let rank = Double(start + end + 1) / 2
            rankSum += rank * Double(all[start..<end].count { $0.1 })
            start = end
        }
        let (n, m) = (Double(first.count), Double(second.count))
        let statistic = rankSum - n * (n + 1) / 2
        superiority = statistic / (n * m)
        deviations = (statistic - n * m / 2) / (n * m * (n + m + 1) / 12).squareRoot()
    }
}
