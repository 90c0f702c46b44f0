"""Opens the pages of the console as a browser does, without drawing them. Used by Benchmarks/parts/console.

usage: console_visitor.py pages ISSUER USER PASSWORD     prints the time and size of each page as JSON
       console_visitor.py watch ISSUER USER PASSWORD N   watches with N consoles until it is stopped
"""

import html
import http.client
import json
import re
import statistics
import sys
import threading
import time
from urllib.parse import urlencode, urljoin, urlsplit

RUNS = 20


class Visitor:
    """A browser with one connection, its cookies, and no script."""

    def __init__(self, issuer):
        self.issuer, self.cookies = issuer, {}
        self.connection = http.client.HTTPConnection(urlsplit(issuer).netloc, timeout=30)

    def send(self, method, address, form=None):
        """Returns status, header fields and body, without following a redirect."""
        parts = urlsplit(urljoin(self.issuer, address))
        fields = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            fields |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.issuer}
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        self.connection.request(method, path, form, fields)
        answer = self.connection.getresponse()
        for value in answer.headers.get_all("Set-Cookie") or []:
            name, value = value.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, answer.headers, answer.read()

    def open(self, address):
        """Follows redirects. Returns the address in the end and the text of the page."""
        for _ in range(10):
            status, fields, body = self.send("GET", address)
            if status not in (302, 303):
                break
            address = urljoin(address, fields["Location"])
        if status != 200:
            sys.exit(f"{address} answered {status}: {body[:300]}")
        return address, body.decode()

    def sign_in(self, user, password):
        address, page = self.open(self.issuer + "/console")
        action = html.unescape(re.search(r'<form method="post" action="([^"]*)"', page)[1])
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
        form = {name: html.unescape(value) for name, value in hidden} | {"user": user, "password": password}
        status, fields, _ = self.send("POST", urljoin(address, action), urlencode(form))
        if status != 303:
            sys.exit(f"The sign-in was answered with status {status}.")
        self.open(urljoin(address, fields["Location"]))


def next_page(page):
    found = re.search(r'<a class="button" href="([^"]*)" rel="next"', page)
    return found and html.unescape(found[1])


def far(visitor, address, number):
    """Turns pages until the given one, or the last."""
    for turned in range(1, number):
        _, page = visitor.open(address)
        if not (following := next_page(page)):
            return turned, address
        address = urljoin(address, following)
    return number, address


def first(pattern, page):
    return html.unescape(re.search(pattern, page)[1])


def addresses(visitor):
    """The pages to be measured, by name."""
    console = visitor.issuer + "/console"
    _, refusals = visitor.open(console + "/refusals")
    refusal = urljoin(console, first(r'<a class="key" href="([^"]*)"', refusals))
    _, clients = visitor.open(console + "/clients")
    client = urljoin(console, first(r'href="([^"]*/clients/other-[^"/?]*)"', clients))
    fixed = {
        "Overview": "", "Clients": "/clients", "Clients, a word in every name": "/clients?q=client",
        "Clients, a word in no name": "/clients?q=zeppelin", "Register a client": "/register-client",
        "Refusals, a day": "/refusals", "Refusals, any time": "/refusals?since=any",
        "Refusals of a client": "/refusals?since=any&client=other-7",
        "Refusals with a cause": "/refusals?since=any&cause=wrong_audience",
        "Refusals of proven callers": "/refusals?since=any&caller=proved",
        "Refusals from an address": "/refusals?since=any&address=192.0.2.1",
        "Refusals by the beginning of a reference": "/refusals?since=any&reference=ABC",
        "Refusals at an endpoint that none used": "/refusals?since=any&endpoint=/oauth2/par",
        "Expiry calendar": "/calendar", "Audit": "/audit", "Key store": "/keystore",
        "Key store, a word in every entry": "/keystore?q=department",
        "Key store, a word in no entry": "/keystore?q=zeppelin", "Key store, expired": "/keystore?state=expired",
        "Key store, entries that serve a client": "/keystore?use=serves",
        "Key store, entries that serve none": "/keystore?use=unused", "People": "/people",
        "Resources": "/resources", "Registration tokens": "/registration-tokens", "Server keys": "/server-keys",
        "Key set tester": "/key-sets/test",
    }
    named = {name: console + path for name, path in fixed.items()}
    named |= {"A client": client, "Edit a client": client + "/edit", "Keys of a client": client + "/keys"}
    named["A refusal"] = refusal
    for name, path in [("Clients", "/clients"), ("Refusals, a list", "/refusals?since=any&view=list"), ("Key store", "/keystore")]:
        number, address = far(visitor, console + path, 1000)
        named[f"{name}, page {number:,}"] = address
    return named


def measure(visitor, name, address):
    visitor.open(address)
    times, length = [], 0
    for _ in range(RUNS):
        begun = time.perf_counter()
        status, _, body = visitor.send("GET", address)
        times.append((time.perf_counter() - begun) * 1000)
        length = len(body)
        if status != 200:
            sys.exit(f"{address} answered {status}.")
    return {"name": name, "median_ms": statistics.median(times), "slowest_ms": max(times), "bytes": length}


def watch(visitor, part):
    """Asks again each second with the identifier of the last event, as EventSource does."""
    last = ""
    while True:
        separator = "&" if "?" in part else "?"
        status, _, body = visitor.send("GET", f"{part}{separator}{urlencode({'from': last})}")
        if status != 200:
            sys.exit(f"{part} answered {status}.")
        last = re.search(r"^id: (.*)$", body.decode(), re.MULTILINE)[1]
        time.sleep(1)


def main():
    what, issuer, user, password, *rest = sys.argv[1:]
    if what == "pages":
        visitor = Visitor(issuer)
        visitor.sign_in(user, password)
        print(json.dumps({"pages": [measure(visitor, *one) for one in addresses(visitor).items()]}, separators=(",", ":")))
        return
    parts = ["/console/live/overview?period=minutes", "/console/live/refusals"]
    visitors = [Visitor(issuer) for _ in range(int(rest[0]))]
    for visitor in visitors:
        visitor.sign_in(user, password)
    print("watching", flush=True)
    for number, visitor in enumerate(visitors):
        threading.Thread(target=watch, args=(visitor, parts[number % 2])).start()


main()
