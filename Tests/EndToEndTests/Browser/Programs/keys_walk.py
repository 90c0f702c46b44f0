"""Walks through a rotation of keys and the key set tester of the console, with a real browser. Prints a line for each step.

usage: keys_walk.py COUNTERSIGN ISSUER DATA CHROMIUM PICTURES PASSWORD
"""

import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time

from browser_support import PATIENCE, Looks, Walk, has_other_script
from playwright.sync_api import expect

binary, issuer, data, chromium, pictures, password = sys.argv[1:]
walk = Walk()
looks = Looks(pictures)
home = issuer + "/console"
HOSTILE = '<script>document.title="owned"</script>\u202e'


def countersign(*arguments, **settings):
    result = subprocess.run(
        [binary, *arguments], capture_output=True, text=True, cwd=data, stdin=settings.pop("stdin", subprocess.DEVNULL),
        **settings)
    assert result.returncode == 0, f"{arguments}: {result.stdout}{result.stderr}"
    return result.stdout


def keygen(name):
    countersign("keygen", "--alg", "ES256", "--kid", name, "--out", os.path.join(data, name + ".pem"))
    return os.path.join(data, name + ".jwks.json")


def token(client, name, count=1):
    for _ in range(count):
        countersign("token", "--issuer", issuer, "--client-id", client, "--key", os.path.join(data, name + ".pem"),
                    "--kid", name)


class KeyServer(http.server.BaseHTTPRequestHandler):
    """Answers by the path: key sets, redirects, and what a hostile server sends."""

    requests = []

    def do_GET(self):
        self.requests.append(self.path)
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/keys")
            self.end_headers()
            return
        if self.path == "/metadata":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.end_headers()
            return
        body = self.body().encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/jwk-set+json")
        self.send_header("Cache-Control", "max-age=300")
        self.send_header("ETag", '"<script>alert(1)</script>"')
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        if self.path == "/page":
            return "<!doctype html><script>alert(1)</script>"
        keys = json.load(open(os.path.join(data, "2026-11.jwks.json"), encoding="ascii"))["keys"]
        return json.dumps({"keys": keys + [{"kty": "oct", "k": "AAAA", "kid": HOSTILE}, {"kty": "RSA", "kid": "weak"}]})

    def log_message(self, *_):
        pass


def prepare():
    countersign("client", "add", "--id", "ticketing", "--name", "Ticketing backend", "--scope", "tickets.read", "--jwks",
                keygen("2026-05"), "--data", data)
    keygen("2026-11")
    result = subprocess.run(
        [binary, "user", "add", "vic", "--group", "viewer", "--password-stdin", "--data", data],
        input=password + "\n", capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), KeyServer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def title(page, text):
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def open_console(visitor, name="alice"):
    visitor.page.goto(home)
    visitor.type_password(name=name)
    title(visitor.page, "Overview")


def small(page):
    assert len(page.content()) <= 50 * 1024, f"{page.url} is too long"


def reload_until(page, text):
    """Counts arrive every ten seconds."""
    end = time.monotonic() + PATIENCE
    while not page.get_by_text(text).count():
        assert time.monotonic() < end, f"{text} does not appear"
        page.get_by_role("link", name="Look again").click()
        page.wait_for_timeout(300)
    expect(page.get_by_text(text).first).to_be_visible()


@walk.step("a rotation from the new key to the end of the old one, and back at each step")
def rotation(visit):
    token("ticketing", "2026-05", 3)
    with visit() as visitor:
        page = visitor.page
        open_console(visitor)
        page.get_by_role("navigation", name="Console").get_by_role("link", name="Clients").click()
        page.get_by_role("link", name="Ticketing backend").click()
        page.get_by_role("link", name="Keys and rotation").click()
        title(page, "Keys")
        small(page)
        # Step 1.
        page.get_by_role("link", name="Add a key").click()
        page.get_by_label("File with the public key").set_input_files(os.path.join(data, "2026-11.jwks.json"))
        visitor.press("Add the key")
        expect(page.get_by_role("status")).to_contain_text("has been added")
        # Step 2: it waits, and can be taken back.
        expect(page.get_by_text("Step 2 of 4")).to_be_visible()
        expect(page.get_by_text("Not seen yet")).to_be_visible()
        expect(page.locator("pre").filter(has_text="A new public key is registered")).to_contain_text('"kid": "2026-11"')
        looks.at(page, "keys-step-2")
        looks.guide(page, "rotation-step-2")
        page.get_by_role("link", name="Undo step 1").click()
        visitor.press("Remove the key")
        expect(page.get_by_role("status")).to_contain_text("has been removed")
        assert page.get_by_text("Key rotation").count() == 0
        page.get_by_role("link", name="Add a key").click()
        page.get_by_label("File with the public key").set_input_files(os.path.join(data, "2026-11.jwks.json"))
        visitor.press("Add the key")
        # Step 3: the first request that the new key signs.
        token("ticketing", "2026-11")
        reload_until(page, "Step 3 of 4")
        looks.at(page, "keys-step-3")
        looks.guide(page, "rotation-step-3")
        # Step 4: a date, which can be taken back.
        page.get_by_role("link", name="Retire 2026-05…").first.click()
        title(page, "Retire 2026-05")
        looks.at(page, "key-retire")
        looks.guide(page, "rotation-retire")
        page.get_by_label("It works until").fill("2020-01-01T00:00")
        visitor.press("Retire the key")
        expect(page.get_by_role("alert")).to_contain_text("in the future")
        page.get_by_label("It works until").fill("2030-01-01T00:00")
        visitor.press("Retire the key")
        expect(page.get_by_role("status")).to_contain_text("works until")
        expect(page.get_by_text("Step 4 of 4")).to_be_visible()
        looks.at(page, "keys-step-4")
        page.get_by_role("link", name="Undo step 4").click()
        visitor.press("Keep the key active")
        expect(page.get_by_role("status")).to_contain_text("is active")
        small(page)
        page.get_by_role("link", name="Remove… 2026-05").click()
        visitor.press("Remove the key")
        expect(page.get_by_role("status")).to_contain_text("has been removed")
        visitor.remember()


def run_test(visitor, address):
    visitor.page.get_by_label("Address of the key set").fill(address)
    visitor.press("Test the key set")
    visitor.page.get_by_role("heading", name="Result").wait_for()
    small(visitor.page)


@walk.step("a key set is tested: its keys, a redirect, a page that is none, and what the guard refuses")
def tester(visit):
    with visit(signed_in=True, java_script_enabled=False) as visitor:
        page = visitor.page
        page.goto(home)
        page.get_by_role("navigation", name="Console").get_by_role("link", name="Key set tester").click()
        title(page, "Key set tester")
        run_test(visitor, keys + "/redirect")
        expect(page.get_by_role("status")).to_contain_text("can prove itself")
        expect(page.get_by_role("heading", name="Redirect 1")).to_be_visible()
        expect(page.get_by_text("max-age=300")).to_be_visible()
        expect(page.get_by_role("row", name=re.compile("weak"))).to_contain_text("Not usable")
        assert "\u202e" not in page.content() and not has_other_script(page)
        run_test(visitor, keys + "/page")
        expect(page.get_by_role("alert")).to_contain_text("not a valid JWK Set")
        assert not has_other_script(page)
        run_test(visitor, keys + "/metadata")
        expect(page.get_by_role("alert")).to_contain_text("refused")
        run_test(visitor, "https://user:secret@client.example/jwks.json")
        expect(page.get_by_role("alert")).to_contain_text("user")
    with visit(signed_in=True) as visitor:
        page = visitor.page
        page.goto(home + "/key-sets/test")
        looks.at(page, "key-set-test-empty")
        run_test(visitor, "https://10.0.0.1/jwks.json")
        expect(page.get_by_text("Refused: a private address").first).to_be_visible()
        looks.at(page, "key-set-test-refused")
        run_test(visitor, keys + "/keys")
        looks.at(page, "key-set-test")
        looks.guide(page, "key-set-test")
        # At most six within a minute.
        for _ in range(12):
            page.get_by_label("Address of the key set").fill(keys + "/keys")
            visitor.press("Test the key set")
            expect(page.get_by_role("alert").or_(page.get_by_role("heading", name="Result"))).to_be_visible()
            if page.get_by_role("alert").count():
                break
        expect(page.get_by_role("alert")).to_contain_text("six tests in a minute")


@walk.step("the key set of a client: what is published, and what the server has read")
def client(visit):
    countersign("client", "add", "--id", "agent", "--name", "Agent", "--scope", "a", "--jwks-uri", keys + "/keys",
                "--data", data)
    token("agent", "2026-11")
    with visit(signed_in=True) as visitor:
        page = visitor.page
        page.goto(home + "/clients/agent/keys")
        expect(page.get_by_text("The rotation is the client’s own")).to_be_visible()
        looks.at(page, "keys-of-a-key-set")
        page.get_by_role("link", name="Test the key set").click()
        expect(page.get_by_label("Address of the key set")).to_have_value(keys + "/keys")
        expect(page.get_by_role("heading", name="What the server has read")).to_be_visible()
        looks.at(page, "key-set-history")


@walk.step("a viewer looks, and sends nothing")
def viewer(visit):
    with visit() as visitor:
        page = visitor.page
        open_console(visitor, "vic")
        page.goto(home + "/clients/agent/keys")
        expect(page.get_by_text("To change something, ask an administrator.")).to_be_visible()
        page.goto(home + "/key-sets/test?url=" + keys + "/stolen")
        assert page.locator("main form").count() == 0
        before = len(KeyServer.requests)
        answer = page.request.post(home + "/key-sets/test", form={"url": keys + "/stolen"}, headers={"Origin": issuer})
        assert answer.status == 403, answer.status
        assert len(KeyServer.requests) == before


keys = prepare()
status = walk.run(chromium, password)
for fault in looks.faults:
    print("FAILED: looks\n" + fault)
sys.exit(status or bool(looks.faults))
