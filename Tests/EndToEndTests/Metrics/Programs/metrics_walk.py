"""Reads the metrics of a server before and after requests, good and hostile."""
import pathlib, socket
import urllib.parse

from metrics_support import *

before, types, headers, text = read()
check(headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8", headers["Content-Type"])
check(headers["Cache-Control"] == "no-store", "metrics may be cached")
for name, kind in {
    "http_server_active_requests": "gauge", "process_start_time_seconds": "gauge",
    "countersign_tokens_issued": "counter", "countersign_refusals": "counter",
    "countersign_claims_per_commit": "histogram", "countersign_queue_length": "gauge",
    "countersign_cache_lookups": "counter", "countersign_fetches": "counter", "countersign_build_info": "gauge",
    "countersign_open_connections": "gauge",
    "countersign_store_read_wait_seconds": "histogram", "countersign_problems": "counter",
}.items():
    check(types.get(name) == kind, f"{name}: {types.get(name)}")

# OpenMetrics, as Prometheus asks for it.
accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
open_samples, open_types, headers, text = read(parse_openmetrics, accept)
check(headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0"), headers["Content-Type"])
check(open_types["countersign_tokens_issued"] == "counter", "a counter of OpenMetrics")

# A token, its replay, and a refusal each count once.
sent = assertion()
check(token(sent)[0] == 200, "no token")
check(token(sent)[0] == 401, "a replay was accepted")
check(token("e30.e30.")[0] == 401, "a malformed assertion was accepted")
after, types, _, _ = read()
for name, labels, count in [
    ("countersign_tokens_issued_total", {"grant": "client_credentials"}, 1),
    ("countersign_refusals_total", {"kind": "assertion", "code": "replayed"}, 1),
    ("countersign_refusals_total", {"kind": "assertion", "code": "malformed"}, 1),
    ("countersign_refusals_total", {"kind": "assertion", "code": "bad_signature"}, 0),
    ("countersign_claims_per_commit_sum", {}, 2), ("countersign_claims_per_commit_count", {}, 2),
    ("http_server_active_requests", {}, 0),
]:
    check(value(after, name, **labels) == count, f"{name}{labels}: {value(after, name, **labels)}, not {count}")
for status, count in (("200", 1), ("401", 2)):
    labels = {"http_request_method": "POST", "http_route": "/oauth2/token", "http_response_status_code": status}
    found = value(after, "http_server_request_duration_seconds_count", **labels)
    check(found == count, f"requests with {status}: {found}")
    check(value(after, "http_server_request_duration_seconds_bucket", le="+Inf", **labels) == count, "the last bucket")
check(types["http_server_request_duration_seconds"] == "histogram", "the type of the durations")

# The first hostile requests may add a few series of closed sets; the following ones add none.
def hostile(number):
    name = f'n{number}"\n}} evil{{x="1'
    quoted = urllib.parse.quote(name)
    request(f"{base}/{quoted}")
    request(f"{base}/errors/{quoted}")
    request(f"{base}/oauth2/token", "PROPFIND")
    request(f"{base}/oauth2/token?{quoted}", "DELETE")
    token(assertion(client=name), {"User-Agent": f"agent{number}", "traceparent": f"00-{number}"})


hostile(0)
first, _, _, _ = read()
for number in range(1, 40):
    hostile(number)
last, _, _, text = read()
check(set(last) == set(first), f"new series: {set(last) - set(first)}")
for word in ("evil", "n7", "agent", "billing", "127.0.0.1"):
    check(word not in text, f"metrics have {word}")
check(value(last, "http_server_request_duration_seconds_count", http_request_method="_OTHER", http_route="_OTHER",
            http_response_status_code="404") >= 40, "unknown paths")

# Each metric is written down.
written = (pathlib.Path(__file__).parents[4] / "docs/metrics.md").read_text()
for name, kind in types.items():
    row = f"| `{name + ('_total' if kind == 'counter' else '')}` | {kind} |"
    check(row in written, f"docs/metrics.md has no row {row}")

# The two addresses.
manage = metrics.removesuffix("/metrics")
check(request(base + "/metrics")[0] == 404, "the public address has metrics")
check(request(metrics, "HEAD")[0] == 200 and request(metrics, "HEAD")[2] == "", "HEAD")
check(request(metrics, "POST", b"x")[0] == 405, "POST /metrics")
check(request(metrics + "?name=x")[0] == 200, "a query")
for path, status in (("/health/live", 200), ("/health/ready", 200), ("/", 404), ("/oauth2/token", 404), ("/console", 404),
                     ("/admin/v1/clients", 404), ("/metrics/", 404)):
    check(request(manage + path)[0] == status, f"{path} of the management address")

# Its limits: 32 connections, and a head of 32 KiB.
host, port = urllib.parse.urlsplit(manage).netloc.split(":")
check(request(metrics, headers={"X-Long": "x" * 40000})[0] == 431, "a long head")
held = [socket.create_connection((host, int(port))) for _ in range(40)]
waiting = held.pop()
waiting.settimeout(0.5)
waiting.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
try:
    check(waiting.recv(10) == b"", "more connections than allowed were answered")
except TimeoutError:
    pass
for connection in held:
    connection.close()
waiting.settimeout(20)
check(waiting.recv(12) == b"HTTP/1.1 200", "a connection that waited is answered")
check(token(assertion())[0] == 200, "the public address works")
sys.exit(1 if failures else 0)
