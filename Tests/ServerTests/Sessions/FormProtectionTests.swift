import Testing

@testable import Server

@Suite("Protection of forms against other sites")
struct FormProtectionTests {
    private let bench: SignInBench

    init() async throws {
        bench = try await SignInBench()
    }

    private func protect(
        _ purpose: FormProtection.Purpose = .consent, context: [String] = ["sid"], cookies: [String] = []
    ) throws -> (key: String, cookies: [String]) {
        let protected = try #require(
            bench.forms.protect(purpose, context: context, in: bench.request(cookies: cookies)))
        return (protected.field.value, SignInBench.sent(protected.cookies))
    }

    private func fault(
        _ key: String?, _ purpose: FormProtection.Purpose = .consent, context: [String] = ["sid"], cookies: [String],
        headers: [(String, String)] = [("Origin", "https://as.example"), ("Sec-Fetch-Site", "same-origin")],
        bench: SignInBench? = nil
    ) throws -> FormProtectionFault? {
        let bench = bench ?? self.bench
        let form = try Form(parsing: (key.map { "\(FormProtection.field)=\($0)" } ?? "").utf8)
        do {
            try bench.forms.check(
                form, purpose, context: context, in: bench.request("POST", cookies: cookies, headers: headers))
            return nil
        } catch {
            return error
        }
    }

    @Test("A form from a page in the same browser is accepted, more than once")
    func accepted() throws {
        let (key, cookies) = try protect()
        #expect(try fault(key, cookies: cookies) == nil)
        #expect(try fault(key, cookies: cookies) == nil)
    }

    @Test("Pages in several tabs keep the browser's cookie, and all their forms are accepted")
    func tabs() throws {
        let (first, cookies) = try protect()
        let (second, none) = try protect(cookies: cookies)
        #expect(none.isEmpty)
        #expect(try fault(first, cookies: cookies) == nil)
        #expect(try fault(second, cookies: cookies) == nil)
    }

    @Test("A form without the cookie, with another browser's or with two of them is refused")
    func cookie() throws {
        let (key, cookies) = try protect()
        let (_, others) = try protect()
        #expect(try fault(key, cookies: []) == .noCookie)
        #expect(try fault(key, cookies: others) == .wrongField)
        #expect(try fault(key, cookies: cookies + others) == .noCookie)
        #expect(try fault(key, cookies: ["__Host-countersign-form=AAAA"]) == .noCookie)
    }

    @Test("A field that is missing, changed in any character or cut is refused")
    func field() throws {
        let (key, cookies) = try protect()
        #expect(try fault(nil, cookies: cookies) == .wrongField)
        #expect(try fault(String(key.dropLast()), cookies: cookies) == .wrongField)
        for index in key.indices {
            let changed = key.replacingCharacters(index, with: key[index] == "A" ? "B" : "A")
            #expect(try fault(changed, cookies: cookies) == .wrongField)
        }
    }

    @Test("A field is good for its purpose, session and issuer only")
    func binding() async throws {
        let (key, cookies) = try protect()
        for purpose in FormProtection.Purpose.allCases where purpose != .consent {
            #expect(try fault(key, purpose, cookies: cookies) == .wrongField)
        }
        for context in [[], ["other"], ["si", "d"], ["sid", ""]] {
            #expect(try fault(key, context: context, cookies: cookies) == .wrongField)
        }
        let other = try await SignInBench()
        #expect(try fault(key, cookies: cookies, bench: other) == .wrongField)
    }

    @Test(
        "A request that another site sends is refused, whatever it contains",
        arguments: [
            [("Origin", "https://evil.example")], [("Origin", "null")], [("Origin", "http://as.example")],
            [("Origin", "https://as.example.evil.example")], [("Origin", "https://as.example:8443")],
            [("Sec-Fetch-Site", "cross-site")], [("Sec-Fetch-Site", "same-site")], [("Sec-Fetch-Site", "")],
            [("Origin", "https://as.example"), ("Sec-Fetch-Site", "cross-site")],
            [("Origin", "https://as.example"), ("Origin", "https://evil.example")],
        ])
    func crossSite(_ headers: [(String, String)]) throws {
        let (key, cookies) = try protect()
        #expect(try fault(key, cookies: cookies, headers: headers) == .crossSite)
    }

    @Test(
        "A browser that sends neither Origin nor Sec-Fetch-Site is accepted by its cookie and field",
        arguments: [[], [("Sec-Fetch-Site", "none")], [("Origin", "https://as.example")]])
    func olderBrowser(_ headers: [(String, String)]) throws {
        let (key, cookies) = try protect()
        #expect(try fault(key, cookies: cookies, headers: headers) == nil)
    }

    @Test("What is derived from a form is the same each time, and different for another form, value or key")
    func derived() throws {
        func derive(_ key: String?, _ values: [String]) throws -> [UInt8]? {
            let form = try Form(parsing: (key.map { "\(FormProtection.field)=\($0)" } ?? "").utf8)
            return bench.forms.derive(values, from: form)
        }
        let key = try protect().key
        let bytes = try #require(try derive(key, ["a", "b"]))
        #expect(bytes.count == 32)
        #expect(try derive(key, ["a", "b"]) == bytes)
        for values in [["ab"], ["a", "c"], ["a"], ["a", "b", ""], []] { #expect(try derive(key, values) != bytes) }
        #expect(try derive(protect().key, ["a", "b"]) != bytes)
        // Without the field, with a damaged one, and with a key that the server does not have.
        let unknown = Base64URL.encode([0xFF, 0, 0, 0] + [UInt8](repeating: 1, count: 32))
        for bad in [nil, "x", String(key.dropLast()), unknown] { #expect(try derive(bad, ["a", "b"]) == nil) }
    }

    @Test(
        "The origin of an issuer is what browsers send",
        arguments: [
            ("https://AS.example/path", "https://as.example"), ("https://as.example:443", "https://as.example"),
            ("https://as.example:8443", "https://as.example:8443"), ("http://localhost:80", "http://localhost"),
            ("http://[::1]:8080/a", "http://[::1]:8080"),
        ])
    func origin(_ issuer: String, _ origin: String) throws {
        #expect(try #require(ServerURLs(issuer: issuer)).origin == origin)
    }
}

extension String {
    fileprivate func replacingCharacters(_ index: Index, with character: Character) -> String {
        String(self[..<index]) + String(character) + self[self.index(after: index)...]
    }
}
