// swift-tools-version: 6.2
import PackageDescription

/// One storey of the house for each target; a storey imports only storeys below it (see docs/architecture.md).
/// Warnings are errors, in every target.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let crypto: [Target.Dependency] = [
    .product(name: "Crypto", package: "swift-crypto"),
    .product(name: "CryptoExtras", package: "swift-crypto"),
]

let package = Package(
    name: "countersign",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "CountersignJOSE", targets: ["CountersignJOSE"]),
        .library(name: "Countersign", targets: ["Countersign"]),
        .library(name: "CountersignClient", targets: ["CountersignClient"]),
        .executable(name: "countersign", targets: ["CountersignCLI"]),
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
    ],
    targets: [
        .target(name: "CountersignFiles", path: "Sources/Files", swiftSettings: strict),
        .target(name: "CountersignJOSE", dependencies: crypto, path: "Sources/JOSE", swiftSettings: strict),
        .target(
            name: "Countersign", dependencies: ["CountersignJOSE"] + crypto, path: "Sources/ClientAssertion",
            swiftSettings: strict),
        .target(
            name: "CountersignKeys",
            dependencies: [
                "CountersignFiles", "CountersignJOSE", "Countersign", "COpenSSL",
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ] + crypto, path: "Sources/Keys", swiftSettings: strict),
        .systemLibrary(
            name: "COpenSSL", path: "Sources/COpenSSL", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .target(
            name: "CountersignStore", dependencies: ["CountersignFiles", "Countersign"] + crypto, path: "Sources/Store",
            swiftSettings: strict),
        .target(
            name: "CountersignStoreSQLite",
            dependencies: ["CountersignFiles", "CountersignStore", .product(name: "GRDB", package: "GRDB.swift")],
            path: "Sources/StoreSQLite", swiftSettings: strict),
        .target(
            name: "CountersignServer", dependencies: ["Countersign", "CountersignStore", "CountersignKeys"],
            path: "Sources/AuthorizationServer", resources: [.embedInCode("ErrorPages/pages")], swiftSettings: strict),
        .target(
            name: "HTTP",
            dependencies: [
                "CountersignFiles", "Countersign", "CountersignServer",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], swiftSettings: strict),
        .target(
            name: "CountersignClient",
            dependencies: [
                "CountersignFiles", "Countersign",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], path: "Sources/Client", swiftSettings: strict),
        .executableTarget(
            name: "CountersignCLI",
            dependencies: [
                "CountersignFiles", "HTTP", "CountersignStoreSQLite", "CountersignClient", "CountersignKeys",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ], path: "Sources/CLI", swiftSettings: strict),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "FilesTests", dependencies: ["CountersignFiles", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "JOSETests", dependencies: ["CountersignJOSE", "TestSupport"], exclude: ["Vectors"],
            swiftSettings: strict),
        .testTarget(name: "ClientAssertionTests", dependencies: ["Countersign"], swiftSettings: strict),
        .testTarget(
            name: "KeysTests",
            dependencies: [
                "CountersignKeys", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ] + crypto, exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["CountersignFiles", "CountersignStoreSQLite", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: strict),
        .testTarget(
            name: "AuthorizationServerTests",
            dependencies: ["CountersignServer", "CountersignKeys", "CountersignStoreSQLite", "TestSupport"] + crypto,
            swiftSettings: strict),
        .testTarget(
            name: "CommandLineTests",
            dependencies: [
                "CountersignFiles", "CountersignCLI", "HTTP", "CountersignServer", "CountersignStore",
                "CountersignKeys",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "CountersignFiles", "CountersignCLI", "HTTP", "CountersignStoreSQLite", "CountersignClient",
                "CountersignKeys", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "X509", package: "swift-certificates"),
            ] + crypto,
            exclude: ["Support/authlib_client.py", "HTTP/Programs"], swiftSettings: strict),
        .testTarget(
            name: "HTTPTests",
            dependencies: [
                "HTTP", "Countersign", "CountersignServer", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ], swiftSettings: strict),

        .executableTarget(
            name: "VerificationBenchmark", dependencies: ["Countersign"] + crypto, path: "Benchmarks/Verification",
            swiftSettings: strict),
        .executableTarget(
            name: "LoadGenerator",
            dependencies: [
                "Countersign", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ], path: "Benchmarks/LoadGenerator", swiftSettings: strict),
        .executableTarget(
            name: "StoreFiller", dependencies: ["CountersignStoreSQLite"], path: "Benchmarks/StoreFiller",
            swiftSettings: strict),
    ]
)
