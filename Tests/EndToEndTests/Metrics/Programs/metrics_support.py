"""Calls a server, and reads its metrics with the parsers of prometheus_client."""
import json, sys, time, urllib.error, urllib.parse, urllib.request, uuid

import jwt
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

metrics, base, key_file = sys.argv[1:4]
key = open(key_file).read()
failures = 0


def check(condition, what):
    global failures
    if not condition:
        failures += 1
        print("FAILED:", what)


def request(url, method="GET", body=None, headers={}):
    """Returns the status, the header fields and the body."""
    sent = urllib.request.Request(url, data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(sent, timeout=20) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def assertion(client="billing"):
    now = int(time.time())
    claims = {"iss": client, "sub": client, "aud": base, "iat": now, "exp": now + 120, "jti": str(uuid.uuid4())}
    return jwt.encode(claims, key, algorithm="ES256")


def token(sent, headers={}):
    form = urllib.parse.urlencode({
        "grant_type": "client_credentials", "client_assertion": sent,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }).encode()
    return request(base + "/oauth2/token", "POST", form, headers)


def read(parse=parse_text, accept=None):
    """Returns the samples by name and labels, and the types by name."""
    time.sleep(0.25)  # The server gathers metrics at most five times a second.
    status, headers, text = request(metrics, headers={"Accept": accept} if accept else {})
    check(status == 200, f"GET /metrics: {status}")
    families = list(parse(text))
    samples = {(s.name, tuple(sorted(s.labels.items()))): s.value for f in families for s in f.samples}
    return samples, {f.name: f.type for f in families}, headers, text


def value(samples, name, **labels):
    return samples.get((name, tuple(sorted(labels.items()))))
