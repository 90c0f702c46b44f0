"""Sums the samples of `perf script` by part of the server.

Reads `perf script -F comm,tid,ip,sym,dso` with demangled Swift names from the standard input.
"""

import argparse
import re
import sys
from collections import Counter

# A frame belongs to the first part that knows its module, library or symbol.
# Modules of earlier versions are listed too, so that their binaries can be profiled.
MODULES = {
    "HTTP": "HTTP NIOCore NIOPosix NIOHTTP1 NIOHTTP2 NIOHPACK NIOSSL NIOTLS NIOEmbedded NIOConcurrencyHelpers "
    "NIOHTTPTypes NIOHTTPTypesHTTP1 HTTPTypes HummingbirdCore HummingbirdTLS Hummingbird NIOExtras Logging _NIOBase64 "
    "_NIODataStructures AsyncAlgorithms ServiceLifecycle UnixSignals DequeModule",
    "parsing": "CountersignJOSE",
    "crypto": "Crypto CryptoExtras _CryptoExtras CryptoBoringWrapper SwiftASN1 X509",
    "store": "Store SQL SQLite GRDB CountersignStore CountersignStoreSQLite",
    "rules": "Countersign Server Caching CountersignKeyFiles Fetching Files Administration CLI CountersignClient "
    "CountersignServer CountersignKeys CountersignCLI",
    "runtime": "Swift _Concurrency Foundation FoundationEssentials Synchronization Dispatch _StringProcessing __C",
}
PART_OF_MODULE = {module: part for part, modules in MODULES.items() for module in modules.split()}
LIBRARIES = [
    ("kernel", re.compile(r"^\[(kernel|guest\.kernel|vdso)")),
    ("store", re.compile(r"libsqlite3")),
    ("crypto", re.compile(r"libcrypto|libssl")),
    ("runtime", re.compile(r"^\[unknown\]|libc\.so|libc-|libm\.|libpthread|ld-linux|libswift|libdispatch|lib_?Foundation")),
]
SYMBOLS = [
    ("crypto", re.compile(r"CCryptoBoringSSL|^_*(bn_|ecp_|ec_|p256|fiat_|BN_|EC_|ECDSA_|RSA_|EVP_|SHA|sha\d|aes|gcm_|rsaz|x25519)"
                          r"|^(CRYPTO_|OPENSSL_|beeu_|mont|gfp)")),
    ("HTTP", re.compile(r"llhttp|CNIO|c_nio")),
    ("store", re.compile(r"sqlite3")),
    ("runtime", re.compile(r"^_?(swift_|objc_|malloc|free|calloc|realloc|mem|str|dispatch_|pthread)")),
]
# Forms and JSON answers are parsed and written in the rules' module.
PARSING = re.compile(r"\b(Form\w*|JSON\w*|Base64URL|CompactJWS|ClientAssertion\.init|AssertionClaims)\b")
SPECIALIZATION = re.compile(r"^.*?(?:(?:generic|function signature)[a-z ,0-9-]*specialization <.*> of |partial apply forwarder for |merged )")
CLOSURE = re.compile(r"^.*?closure #\d+ .*? in (?=static |closure |implicit |[A-Z(])")
MODULE = re.compile(r"(?:extension in )?\b([A-Za-z_][A-Za-z0-9_]*)[.)]")
# Kernel time with a broken call chain: SQLite and the C library keep no frame pointers.
KERNEL = [
    ("store", re.compile(r"ext4|xfs|btrfs|jbd2|fsync|fdatasync|pwrite|pread|vfs_|blk_|bio_|virtblk|virtqueue|iowrite|nvme")),
    ("HTTP", re.compile(r"tcp_|inet_|sock_|epoll|eventfd|skb_|__sys_(recv|send|accept)")),
    ("switching", re.compile(r"futex|schedul|finish_task_switch|wake_up|exit_to_user_mode")),
]
# Switches between tasks and threads: not a part's own work, but the overhead of their composition.
SWITCHING = re.compile(r"swift_(job|task|continuation|async)|AsyncTask|swift::.*(Task|Job|Executor)|dispatch_|_pthread|futex")
OWN = ["HTTP", "parsing", "crypto", "store", "rules"]


def part_of(symbol, library):
    for part, pattern in LIBRARIES:
        if pattern.search(library):
            return part
    for part, pattern in SYMBOLS:
        if pattern.search(symbol):
            return part
    name = CLOSURE.sub("", SPECIALIZATION.sub("", symbol))
    for module in MODULE.findall(name):
        part = PART_OF_MODULE.get(module)
        if part == "rules" and PARSING.search(name):
            return "parsing"
        if part:
            return part
    return "runtime"


def owner(frames, parts):
    """Returns the nearest caller outside the kernel and the runtime."""
    for part in parts:
        if part in OWN:
            return part
    inside = " ".join(symbol for (symbol, _), part in zip(frames, parts) if part == "kernel")
    for part, pattern in KERNEL:
        if pattern.search(inside):
            return part
    return "switching" if any(SWITCHING.search(symbol) for symbol, _ in frames) else "unknown"


def samples(lines):
    """Yields the frames of each sample, innermost first."""
    frames = []
    frame = re.compile(r"^\s+[0-9a-f]+ (.*) \(([^()]*(?:\([^()]*\))?[^()]*)\)$")
    for line in lines:
        line = line.rstrip("\n")
        match = frame.match(line)
        if match:
            frames.append(match.groups())
        elif not line and frames:
            yield frames
            frames = []
    if frames:
        yield frames


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--title", required=True)
    options.add_argument("--cost", type=float, required=True, help="CPU time of a request, µs")
    options.add_argument("--symbols", type=int, default=30)
    options = options.parse_args()

    own, helped, symbols = Counter(), Counter(), Counter()
    known, total = {}, 0
    for frames in samples(sys.stdin):
        total += 1
        parts = []
        for frame in frames:
            if frame not in known:
                known[frame] = part_of(*frame)
            parts.append(known[frame])
        leaf = parts[0]
        own[leaf] += 1
        symbols[leaf, frames[0][0][:110]] += 1
        if leaf in ("kernel", "runtime"):
            helped[leaf, owner(frames, parts)] += 1

    if not total:
        sys.exit("error: there are no samples.")
    share = lambda count: f"{100 * count / total:6.1f} %"
    micro = lambda count: f"{options.cost * count / total:8.1f} µs"
    print(f"\n## {options.title}: {options.cost:.1f} µs of processor time a request, {total} samples\n")
    print("part        itself               + kernel for it + runtime for it   together")
    for part in OWN + ["switching", "unknown"]:
        kernel, runtime = helped["kernel", part], helped["runtime", part]
        whole = own[part] + kernel + runtime
        print(f"{part:10} {share(own[part])} {micro(own[part])}   {micro(kernel)}     {micro(runtime)}     "
              f"{share(whole)} {micro(whole)}")
    for part in ("kernel", "runtime"):
        print(f"{part:10} {share(own[part])} {micro(own[part])}")
    print(f"\nThe {options.symbols} costliest symbols")
    for (part, symbol), count in symbols.most_common(options.symbols):
        print(f"{share(count)} {micro(count)}  {part:8} {symbol}")


main()
