"""Lets a real Prometheus read a server, and asks it every query of deploy/."""
import datetime, os, pathlib, re, shutil, socket, subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from metrics_support import *

deploy, work, binary, data = sys.argv[4:8]
os.environ["PATH"] += ":/usr/sbin"
# Queries that leave out zeros.
may_be_empty = re.compile(r"> 0$")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(path, name, hours):
    """Writes a self-signed certificate that ends after some hours."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=hours)).sign(key, hashes.SHA256()))
    pathlib.Path(path).write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


def promtool(*arguments):
    result = subprocess.run(["promtool", *arguments], capture_output=True, text=True)
    check(result.returncode == 0, f"promtool {arguments}: {result.stdout}{result.stderr}")


os.makedirs(work)
# A client whose certificate ends within a week, and another whose ends within a day, before the metrics are read first.
for client, hours in (("ends-soon", 5 * 24), ("ends-tomorrow", 20)):
    file = certificate(f"{work}/{client}.pem", client, hours)
    added = subprocess.run(
        [binary, "client", "add", "--id", client, "--scope", "read", "--certificate", file, "--data", data],
        capture_output=True, text=True)
    check(added.returncode == 0, f"client add: {added.stdout}{added.stderr}")
for name in ("prometheus.yml", "prometheus-rules.yml"):
    shutil.copy(f"{deploy}/{name}", work)
promtool("check", "rules", f"{work}/prometheus-rules.yml")
promtool("check", "config", f"{work}/prometheus.yml")
result = subprocess.run(["promtool", "check", "metrics"], input=read()[3], capture_output=True, text=True)
check(result.returncode == 0, f"promtool check metrics: {result.stdout}{result.stderr}")

# The example as it is, but for the address and the intervals.
config = pathlib.Path(f"{work}/prometheus.yml")
target = metrics.removeprefix("http://").removesuffix("/metrics")
config.write_text(config.read_text().replace("127.0.0.1:9464", target).replace("15s", "1s"))
check(target in config.read_text() and "1s" in config.read_text(), "the example's address and intervals")

port = free_port()
server = subprocess.Popen(
    ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={work}/data",
     f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"],
    stdout=subprocess.DEVNULL, stderr=open(f"{work}/log", "w"))


def ask(path, **parameters):
    try:
        status, _, body = request(f"http://127.0.0.1:{port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
        return json.loads(body)
    except (urllib.error.URLError, ConnectionError, ValueError):
        # Nothing listens yet, or it says in plain text that it is not ready.
        return {"status": "starting"}


def traffic():
    sent = assertion()
    check(token(sent)[0] == 200, "no token")
    for _ in range(4):
        check(token(sent)[0] == 401, "a replay was accepted")
    token("e30.e30.e30")
    request(base + "/.well-known/openid-configuration")
    request(base + "/unknown")


def series(query, **parameters):
    answer = ask("query", query=query, **parameters)
    check(answer["status"] == "success", f"{query}: {answer}")
    return answer.get("data", {}).get("result", [])


try:
    # Until Prometheus has read the server a few times with requests in between.
    limit = time.time() + 120
    scrapes = 0
    while scrapes < 6 and time.time() < limit:
        traffic()
        answer = ask("query", query='count_over_time(up{job="countersign"}[1m])')
        result = answer.get("data", {}).get("result", [])
        scrapes = int(result[0]["value"][1]) if result else 0
    check(scrapes >= 6, f"Prometheus did not read the server: {scrapes}, {open(f'{work}/log').read()}")
    check(series('up{job="countersign"}')[0]["value"][1] == "1", "the server is not up")

    dashboard = json.load(open(f"{deploy}/grafana-dashboard.json"))
    queries = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    check(len(queries) >= 30, "the dashboard lost its queries")
    for query in queries:
        # What Grafana fills in.
        filled = query.replace("$__rate_interval", "10s").replace("$job", "countersign").replace("$instance", ".*")
        check("$" not in filled, f"a variable that Grafana would not know: {query}")
        found = series(filled)
        check(found or may_be_empty.search(filled), f"no series: {filled}")
    for variable in dashboard["templating"]["list"]:
        for match in re.findall(r"label_values\((\w+)", str(variable.get("query"))):
            check(series(match), f"no series of the variable {variable['name']}")

    # What ends soon is in the metrics without a name of a client, and the queries of the alerts return it.
    samples, _, _, text = read()
    check(not re.search("ends-soon|ends-tomorrow", text), "a client is named in the metrics")
    kind = "client_certificate"
    for within, number in (("30d", 2), ("7d", 2), ("1d", 1)):
        found = value(samples, "countersign_expiring", kind=kind, within=within)
        check(found == number, f"countersign_expiring within {within}: {found}")
    check(0 < (value(samples, "countersign_expiry_seconds", kind=kind) or 0) < 86400, "countersign_expiry_seconds")
    alerts = {name: expression for name, expression in re.findall(
        r"- alert: (CountersignExp\w+)\n +expr: (.*)", pathlib.Path(f"{deploy}/prometheus-rules.yml").read_text())}
    check(len(alerts) == 3, f"the alerts about expiry: {list(alerts)}")
    for name, expression in alerts.items():
        found = [one["metric"]["kind"] for one in series(expression)]
        check(found == ([] if name == "CountersignExpired" else [kind]), f"{name}: {found}")

    # All alerts have been evaluated without an error; replays are reported, what is well is not.
    while time.time() < limit:
        rules = [rule for group in ask("rules")["data"]["groups"] for rule in group["rules"]]
        states = {rule["name"]: rule["state"] for rule in rules}
        if all(rule["health"] != "unknown" for rule in rules) and all(
                states.get(name) == "firing" for name in ("CountersignReplays", "CountersignExpiresTomorrow")):
            break
        traffic()
    for rule in rules:
        check(rule["health"] == "ok", f"{rule['name']}: {rule.get('lastError')}")
    for name in ("CountersignReplays", "CountersignExpiresSoon", "CountersignExpiresTomorrow"):
        check(states[name] == "firing", f"{name} was not reported: {states}")
    for name in ("CountersignDown", "CountersignErrors", "CountersignStoreUnavailable", "CountersignProblem"):
        check(states[name] == "inactive", f"{name}: {states[name]}")

    # Each metric that a query names is one that the server has.
    names = {name for name, _ in read()[0]} | {"up"}
    text = " ".join(queries + [rule["query"] for rule in rules])
    for name in set(re.findall(r"\b(?:countersign|http_server|process)_\w+", text)):
        check(name in names, f"no such metric: {name}")
finally:
    server.terminate()
    server.wait(20)
sys.exit(1 if failures else 0)
