// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "token-route",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "countersign", path: "../..", traits: []),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "TokenRoute",
            dependencies: [
                .product(name: "Countersign", package: "countersign"),
                .product(name: "CountersignKeyFiles", package: "countersign"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ], path: "Sources")
    ]
)
