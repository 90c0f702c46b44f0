import Testing

@testable import Caching

@Suite("A cache in two generations")
struct GenerationalCacheTests {
    @Test("It never holds more than its capacity", arguments: [2, 3, 10, 11])
    func bounded(_ capacity: Int) {
        var cache = GenerationalCache<Int, Int>(capacity: capacity)
        for key in 0..<1000 {
            cache.insert(key, for: key)
            _ = cache[key / 2]
            #expect(cache.count <= capacity)
        }
    }

    @Test("Values that are read stay, others are evicted")
    func recent() {
        var cache = GenerationalCache<Int, Int>(capacity: 10)
        cache.insert(-1, for: -1)
        cache.insert(-2, for: -2)
        for key in 0..<100 {
            #expect(cache[-1] == -1)
            cache.insert(key, for: key)
        }
        #expect(cache[-1] == -1)
        #expect(cache[-2] == nil)
        #expect(cache[99] == 99)
        #expect(cache[0] == nil)
    }

    @Test("The newer value counts")
    func replaced() {
        var cache = GenerationalCache<Int, Int>(capacity: 4)
        for value in 0..<20 {
            cache.insert(value, for: 1)
            #expect(cache[1] == value)
            #expect(cache.count == 1)
        }
    }

    @Test("Nothing is left after everything was removed")
    func removed() {
        var cache = GenerationalCache<Int, Int>(capacity: 4)
        for key in 0..<3 { cache.insert(key, for: key) }
        _ = cache.removeAll()
        #expect(cache.count == 0)
        #expect(cache[2] == nil)
    }
}
