import Countersign
import TestSupport
import Testing

@testable import Server

@Suite("The rate limit for documents of unknown clients")
struct HostRateLimitTests {
    private let rateLimit = HostRateLimit()
    private let now = TestClock.start
    private let settings: ClientMetadataSettings

    init() throws {
        settings = MetadataBench.settings().clientMetadata
    }

    private func url(_ text: String) throws -> ClientIDURL { try ClientIDURL(ClientID(text), settings) }

    private func spend(_ count: Int, on text: String, isProven: Bool = false, after seconds: Double = 0) throws -> Int {
        let url = try url(text)
        let time = UnixTime(milliseconds: now.milliseconds + Int64(seconds * 1000))
        return (0..<count).count { _ in rateLimit.admit(url, isProven: isProven, at: time) }
    }

    @Test("A host has a burst of 60, refilled by one a second")
    func spread() throws {
        #expect(try spend(100, on: "https://client.example/c") == 60)
        #expect(try spend(100, on: "https://client.example/c", after: 0.9) == 0)
        #expect(try spend(100, on: "https://client.example/c", after: 1) == 1)
        #expect(try spend(100, on: "https://client.example/c", after: 31) == 30)
        #expect(try spend(100, on: "https://client.example/c", after: 3600) == 60)
    }

    @Test("Another host is not affected, and hosts under one entry share ten times as much")
    func shared() throws {
        #expect(try spend(100, on: "https://client.example/c") == 60)
        #expect(try spend(100, on: "https://keys.example/c") == 60)
        let spent = try (0..<20).map { try spend(100, on: "https://h\($0).agents.example/c") }
        #expect(spent == Array(repeating: 60, count: 10) + Array(repeating: 0, count: 10))
    }

    @Test("All hosts under one entry share 600, however many the owner of the domain makes up")
    func madeUpHosts() throws {
        let spent = try (0..<20_000).reduce(0) { try $0 + spend(1, on: "https://h\($1).agents.example/c") }
        #expect(spent == 600)
        #expect(try spend(1, on: "https://client.example/c") == 1)
        #expect(try spend(1, on: "https://h7.agents.example/c", after: 60) == 1)
    }

    @Test("Unproven clients do not use up the limit of proven ones")
    func reserve() throws {
        #expect(try spend(10_000, on: "https://client.example/c") == 60)
        #expect(try spend(1000, on: "https://client.example/c", isProven: true) == 600)
    }

    @Test("A clock set back neither adds nor removes tokens")
    func clockSetBack() throws {
        #expect(try spend(50, on: "https://client.example/c") == 50)
        #expect(try spend(100, on: "https://client.example/c", after: -86_400) == 10)
        #expect(try spend(100, on: "https://client.example/c", after: -86_399) == 1)
    }

    @Test("A refusal is reported for every identifier of the host, for two seconds")
    func shortage() throws {
        let (host, other) = (try url("https://client.example/real"), try url("https://keys.example/c"))
        _ = try spend(60, on: "https://client.example/made-up")
        #expect(!rateLimit.isExceeded(host, at: now))
        _ = try spend(1, on: "https://client.example/made-up")
        #expect(rateLimit.isExceeded(host, at: now))
        #expect(rateLimit.isExceeded(host, at: now + .milliseconds(1999)))
        #expect(!rateLimit.isExceeded(host, at: now + .seconds(2)))
        #expect(!rateLimit.isExceeded(other, at: now))
    }

    @Test("When the limit of an entry is exhausted, all hosts under it are limited")
    func shortPattern() throws {
        for number in 0..<11 { _ = try spend(60, on: "https://h\(number).agents.example/c") }
        #expect(rateLimit.isExceeded(try url("https://never-asked.agents.example/c"), at: now))
        #expect(!rateLimit.isExceeded(try url("https://client.example/c"), at: now))
    }
}
