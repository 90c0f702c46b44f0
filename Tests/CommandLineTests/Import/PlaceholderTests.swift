import Testing

@testable import Administration

@Suite("WSO2 placeholders")
struct PlaceholderTests {
    static let deployment = """
        [server]
        hostname = "is.example.com"
        port = 9443
        first = "$ref{server.second}"
        second = "$ref{server.first}"
        deep = "$ref{server.base}/oauth2"
        base = "https://$ref{server.hostname}:$ref{server.port}"
        bomb1 = "$ref{server.bomb2}$ref{server.bomb2}$ref{server.bomb2}$ref{server.bomb2}$ref{server.bomb2}"
        bomb2 = "$ref{server.bomb3}$ref{server.bomb3}$ref{server.bomb3}$ref{server.bomb3}$ref{server.bomb3}"
        bomb3 = "$ref{server.port}$ref{server.port}$ref{server.port}$ref{server.port}$ref{server.port}"
        secret = "$env{SECRET}"
        """

    static func placeholders() throws -> Placeholders {
        Placeholders(
            try Deployment(Array(deployment.utf8)), allowed: ["MINUTES", "NOTHING", "COUNTERSIGN_MASTER_KEY"],
            variables: ["MINUTES": "100", "SECRET": "hunter2", "COUNTERSIGN_MASTER_KEY": "hunter3"])
    }

    static func refusal(_ name: String) -> Placeholders.Refusal { .notAllowed(name) }

    static let masterKey = Placeholders.Refusal.reserved("COUNTERSIGN_MASTER_KEY")

    @Test("A variable that is not read is reported with the reason")
    func phrases() {
        #expect(
            Self.refusal("SECRET").phrase == "$env{SECRET} is not filled in: the environment is not read for a file")
        #expect(
            Self.masterKey.phrase
                == "$env{COUNTERSIGN_MASTER_KEY} is never filled in: it is a variable of Countersign's own")
    }

    @Test(
        "are substituted if their values are known",
        arguments: [
            ("plain", Placeholders.Outcome.unchanged), ("", .unchanged), ("{braces} and $dollars", .unchanged),
            (
                "https://$ref{server.hostname}:$ref{server.port}",
                .filled(
                    "https://is.example.com:9443",
                    with: ["$ref{server.hostname} from the file", "$ref{server.port} from the file"])
            ),
            ("$env{MINUTES}", .filled("100", with: ["$env{MINUTES} from the environment"])),
            ("$env{NOTHING}", .unknown("the variable NOTHING of $env{NOTHING} is not set here")),
            ("$env{SECRET}", .refused([refusal("SECRET")])), ("$env{UNSET}", .refused([refusal("UNSET")])),
            ("$ref{server.secret}", .refused([refusal("SECRET")])),
            ("$env{COUNTERSIGN_MASTER_KEY}", .refused([masterKey])),
            (
                "$env{MINUTES}$env{SECRET}$env{COUNTERSIGN_MASTER_KEY}$ref{server.nothing}",
                .refused([refusal("SECRET"), masterKey])
            ),
            ("$ref{server.nothing}", .unknown("$ref{server.nothing} refers to nothing in the file")),
            ("$ref{}", .unknown("$ref{} refers to nothing in the file")),
            ("$ref{server}", .unknown("$ref{server} refers to nothing in the file")),
            ("$ref{server.first}", .unknown("its $ref{…} form a cycle")),
            ("$ref{server.bomb1}", .unknown("it has more than 64 placeholders")),
            ("$secret{password}", .unknown("$secret{password} is encrypted by WSO2's cipher tool")),
            ("$sys{carbon.home}", .unknown("$sys{carbon.home} is known to a running WSO2 only")),
            ("https://${carbon.host}", .unknown("${carbon.host} is known to a running WSO2 only")),
        ])
    func outcome(_ text: String, _ outcome: Placeholders.Outcome) throws {
        let placeholders = try Self.placeholders()
        #expect(placeholders.fill(text) == outcome)
    }

    @Test("A value may refer to other values")
    func deep() throws {
        let placeholders = try Self.placeholders()
        guard case .filled(let text, _) = placeholders.fill("$ref{server.deep}") else {
            Issue.record("not filled")
            return
        }
        #expect(text == "https://is.example.com:9443/oauth2")
    }
}
