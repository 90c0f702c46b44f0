// swift-tools-version: 6.2
import PackageDescription

/// One module for each target; a module imports only those below it (see docs/architecture.md).
/// Warnings are errors, in every target.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let crypto: [Target.Dependency] = [
    .product(name: "Crypto", package: "swift-crypto"),
    .product(name: "CryptoExtras", package: "swift-crypto"),
]

/// Traits keep the server's packages away from programs that use the library alone (docs/decisions/0032-traits.md).
let client: TargetDependencyCondition? = .when(traits: ["Client"])
let server: TargetDependencyCondition? = .when(traits: ["Server"])

let package = Package(
    name: "countersign",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "CountersignJOSE", targets: ["CountersignJOSE"]),
        .library(name: "Countersign", targets: ["Countersign"]),
        .library(name: "CountersignKeyFiles", targets: ["CountersignKeyFiles"]),
        .library(name: "CountersignClient", targets: ["CountersignClient"]),
        .executable(name: "countersign", targets: ["CLI"]),
    ],
    traits: [
        .default(enabledTraits: ["Server"]),
        .trait(name: "Client", description: "CountersignClient, which fetches access tokens over HTTP."),
        .trait(name: "Server", description: "The server and its command line.", enabledTraits: ["Client"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    ],
    targets: [
        .target(name: "Files", swiftSettings: strict),
        .target(name: "Caching", swiftSettings: strict),
        .target(name: "Metering", swiftSettings: strict),
        .target(name: "CountersignJOSE", dependencies: crypto, swiftSettings: strict),
        .target(name: "Countersign", dependencies: ["CountersignJOSE"] + crypto, swiftSettings: strict),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .target(
            name: "CountersignKeyFiles",
            dependencies: [
                "Files", "CountersignJOSE", "Countersign", "COpenSSL",
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ] + crypto, swiftSettings: strict),
        .target(
            name: "Fetching",
            dependencies: [
                "Files", "Countersign",
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: client),
                .product(name: "NIOCore", package: "swift-nio", condition: client),
                .product(name: "NIOPosix", package: "swift-nio", condition: client),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: client),
                .product(name: "X509", package: "swift-certificates", condition: server),
                .product(name: "NIOSSL", package: "swift-nio-ssl", condition: client),
            ], swiftSettings: strict),
        .target(
            name: "Store", dependencies: ["Files", "Caching", "Countersign", "Metering"] + crypto, swiftSettings: strict
        ),
        .target(name: "SQL", dependencies: ["Countersign", "Store"], swiftSettings: strict),
        .target(
            name: "SQLite",
            dependencies: ["Files", "Store", "SQL", .product(name: "GRDB", package: "GRDB.swift", condition: server)],
            swiftSettings: strict),
        .target(
            name: "Server",
            dependencies: ["Files", "Caching", "Countersign", "Store", "CountersignKeyFiles", "Fetching"] + crypto,
            resources: [.embedInCode("ErrorPages/pages"), .embedInCode("People/common-passwords.txt")],
            swiftSettings: strict),
        .target(
            name: "Pages",
            dependencies: [
                "Files", "Server", .product(name: "Mustache", package: "swift-mustache", condition: server),
            ] + crypto,
            resources: [.embedInCode("templates"), .embedInCode("languages"), .embedInCode("assets")],
            swiftSettings: strict),
        .target(
            name: "HTTP",
            dependencies: [
                "Files", "Countersign", "Server",
                .product(name: "NIOCore", package: "swift-nio", condition: client),
                .product(name: "NIOPosix", package: "swift-nio", condition: client),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: client),
                .product(name: "NIOTLS", package: "swift-nio", condition: client),
                .product(name: "NIOHTTP2", package: "swift-nio-http2", condition: server),
                .product(name: "NIOSSL", package: "swift-nio-ssl", condition: client),
            ], swiftSettings: strict),
        .target(
            name: "CountersignClient",
            dependencies: [
                "Files", "Caching", "Countersign",
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: client),
                .product(name: "NIOCore", package: "swift-nio", condition: client),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: client),
                .product(name: "NIOPosix", package: "swift-nio", condition: client),
                .product(name: "NIOSSL", package: "swift-nio-ssl", condition: client),
            ], swiftSettings: strict),
        .target(
            name: "Playground",
            dependencies: ["Caching", "CountersignClient", "HTTP", "Pages"] + crypto,
            resources: [.embedInCode("templates"), .embedInCode("assets")],
            swiftSettings: strict),
        .target(
            name: "Administration",
            dependencies: [
                "Files", "Caching", "Countersign", "CountersignKeyFiles", "Fetching", "Store", "Server",
                .product(name: "TOMLKit", package: "TOMLKit", condition: server),
            ] + crypto, swiftSettings: strict),
        .target(
            name: "AdminAPI", dependencies: ["Administration"] + crypto,
            resources: [.embedInCode("OpenAPI/openapi.json")], swiftSettings: strict),
        .target(
            name: "Console",
            dependencies: ["Administration", "CountersignKeyFiles", "Fetching", "Pages"] + crypto,
            resources: [.embedInCode("templates"), .embedInCode("assets")], swiftSettings: strict),
        .target(
            name: "AdminClient",
            dependencies: ["Administration", "Countersign", "CountersignClient", "CountersignKeyFiles", "Store"],
            swiftSettings: strict),
        .executableTarget(
            name: "CLI",
            dependencies: [
                "Files", "Administration", "AdminAPI", "AdminClient", "Console", "HTTP", "Pages", "Playground",
                "SQLite",
                "CountersignClient",
                "CountersignKeyFiles", "Fetching",
                .product(name: "ArgumentParser", package: "swift-argument-parser", condition: server),
                .product(name: "Logging", package: "swift-log", condition: server),
                .product(name: "TOMLKit", package: "TOMLKit", condition: server),
            ], swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["Countersign", "Store"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(
            name: "FilesTests", dependencies: ["Files", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "CachingTests", dependencies: ["Caching"], swiftSettings: strict),
        .testTarget(
            name: "CountersignJOSETests", dependencies: ["CountersignJOSE", "TestSupport"], exclude: ["Vectors"],
            swiftSettings: strict),
        .testTarget(name: "CountersignTests", dependencies: ["Countersign"], swiftSettings: strict),
        .testTarget(
            name: "CountersignKeyFilesTests",
            dependencies: [
                "CountersignKeyFiles", "TestSupport",
                .product(name: "SwiftASN1", package: "swift-asn1"),
            ] + crypto, exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "FetchingTests",
            dependencies: [
                "Fetching", "Server", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: client),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio", condition: client),
                .product(name: "NIOCore", package: "swift-nio", condition: client),
                .product(name: "NIOPosix", package: "swift-nio", condition: client),
                .product(name: "NIOSSL", package: "swift-nio-ssl", condition: client),
                .product(name: "X509", package: "swift-certificates", condition: server),
            ] + crypto, swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["Files", "SQL", "SQLite", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "ServerTests",
            dependencies: ["Server", "CountersignKeyFiles", "Fetching", "SQL", "SQLite", "TestSupport"] + crypto,
            swiftSettings: strict),
        .testTarget(
            name: "PlaygroundTests", dependencies: ["CountersignClient", "HTTP", "Playground"], swiftSettings: strict),
        .testTarget(
            name: "ConsoleTests", dependencies: ["Console", "Fetching", "Pages", "SQLite", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "PagesTests", dependencies: ["Pages", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "Files", "CLI", "Console", "Administration", "HTTP", "Server", "Store", "SQLite",
                "CountersignKeyFiles", "Fetching", "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "AdminAPITests", dependencies: ["AdminAPI", "Fetching", "SQLite", "TestSupport"] + crypto,
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Files", "CLI", "Administration", "HTTP", "Pages", "SQLite", "CountersignClient",
                "CountersignKeyFiles", "Fetching", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: client),
                .product(name: "GRDB", package: "GRDB.swift", condition: server),
                .product(name: "NIOPosix", package: "swift-nio", condition: client),
                .product(name: "X509", package: "swift-certificates", condition: server),
            ] + crypto,
            exclude: [
                "AdminAPI/Programs", "Browser/Programs", "ClientLibraries/Programs", "HTTP/Programs",
                "Metrics/Programs", "Support/authlib_client.py",
            ], swiftSettings: strict),
        .testTarget(
            name: "HTTPTests",
            dependencies: [
                "HTTP", "Countersign", "Server", .product(name: "NIOCore", package: "swift-nio", condition: client),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: client),
            ], swiftSettings: strict),

        .executableTarget(
            name: "VerifyAssertion", dependencies: ["Countersign"], path: "Examples/VerifyAssertion",
            swiftSettings: strict),
        .executableTarget(
            name: "SignAssertion", dependencies: ["Countersign", "CountersignKeyFiles"],
            path: "Examples/SignAssertion", swiftSettings: strict),
        .executableTarget(
            name: "FetchToken", dependencies: ["Countersign", "CountersignClient", "CountersignKeyFiles"],
            path: "Examples/FetchToken", swiftSettings: strict),

        .executableTarget(
            name: "VerificationBenchmark", dependencies: ["Countersign"] + crypto, path: "Benchmarks/Verification",
            swiftSettings: strict),
        .executableTarget(
            name: "LoadGenerator",
            dependencies: [
                "Countersign", .product(name: "NIOCore", package: "swift-nio", condition: client),
                .product(name: "NIOPosix", package: "swift-nio", condition: client),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: client),
            ], path: "Benchmarks/LoadGenerator", swiftSettings: strict),
        .executableTarget(
            name: "StoreFiller", dependencies: ["SQLite", "Server", "CountersignKeyFiles"] + crypto,
            path: "Benchmarks/StoreFiller", swiftSettings: strict),
        .executableTarget(
            name: "SearchBenchmark", dependencies: ["SQLite"], path: "Benchmarks/Searches", swiftSettings: strict),
    ]
)
