"""Lets a real Prometheus read a server, and asks it every query of deploy/."""
import os, pathlib, re, shutil, socket, subprocess

from metrics_support import *

deploy, work = sys.argv[4:6]
os.environ["PATH"] += ":/usr/sbin"
# Metrics of what a server without keys in danger does not have, and queries that leave out zeros.
may_be_empty = re.compile(r"countersign_expiry_seconds|> 0$")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def promtool(*arguments):
    result = subprocess.run(["promtool", *arguments], capture_output=True, text=True)
    check(result.returncode == 0, f"promtool {arguments}: {result.stdout}{result.stderr}")


os.makedirs(work)
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

    # All alerts have been evaluated without an error; replays are reported, what is well is not.
    while time.time() < limit:
        rules = [rule for group in ask("rules")["data"]["groups"] for rule in group["rules"]]
        states = {rule["name"]: rule["state"] for rule in rules}
        if all(rule["health"] != "unknown" for rule in rules) and states.get("CountersignReplays") == "firing":
            break
        traffic()
    for rule in rules:
        check(rule["health"] == "ok", f"{rule['name']}: {rule.get('lastError')}")
    check(states["CountersignReplays"] == "firing", f"replays were not reported: {states}")
    for name in ("CountersignDown", "CountersignErrors", "CountersignStoreUnavailable", "CountersignProblem"):
        check(states[name] == "inactive", f"{name}: {states[name]}")

    # Each metric that a query names is one that the server has.
    names = {name for name, _ in read()[0]} | {"up", "countersign_expiry_seconds"}
    text = " ".join(queries + [rule["query"] for rule in rules])
    for name in set(re.findall(r"\b(?:countersign|http_server|process)_\w+", text)):
        check(name in names, f"no such metric: {name}")
finally:
    server.terminate()
    server.wait(20)
sys.exit(1 if failures else 0)
