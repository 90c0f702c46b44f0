"""Walks through the assertion debugger of the console, with a real browser. Prints a line for each step.

usage: debugger_walk.py COUNTERSIGN ISSUER DATA CHROMIUM PICTURES PASSWORD
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from browser_support import Looks, Walk
from playwright.sync_api import expect

binary, issuer, data, chromium, pictures, password = sys.argv[1:]
walk, looks = Walk(), Looks(pictures)
folder = tempfile.mkdtemp()
ENDPOINT = issuer + "/oauth2/token"
# It ends a tag and an attribute, and reorders what follows.
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202e"


def run(*arguments):
    result = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert result.returncode == 0, f"{arguments}: {result.stdout}{result.stderr}"
    return result.stdout.strip()


def prepare():
    run(binary, "keygen", "--out", "seat.pem")
    run(binary, "keygen", "--out", "other.pem")
    run(binary, "client", "add", "--id", "seat-reservation", "--name", "Seat reservation", "--scope", "seats.read",
        "--jwks", "seat.jwks.json", "--audience-profile", "strict", "--data", data)


def sign(*options, audience=issuer, key="seat.pem"):
    return run(binary, "assertion", "sign", "--client-id", "seat-reservation", "--key", key, "--audience", audience,
               *options)


def send(assertion):
    """The status of the token endpoint's answer, and the answer."""
    form = {
        "grant_type": "client_credentials", "client_assertion": assertion,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    try:
        with urllib.request.urlopen(ENDPOINT, urllib.parse.urlencode(form).encode()) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def open_debugger(visitor, query=""):
    page = visitor.page
    page.goto(issuer + "/console/debugger" + query)
    if page.get_by_label("Password").count():
        visitor.type_password()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assertion debugger")


def judge(visitor, assertion):
    visitor.page.get_by_label("Assertion, or the reference of a refusal").fill(assertion)
    with visitor.page.expect_navigation():
        visitor.press("Judge")
    expect(visitor.page.get_by_role("heading", name="Verdict")).to_be_visible()
    assert len(visitor.page.content()) <= 50 * 1024, len(visitor.page.content())
    assert assertion not in visitor.page.url


def verdicts(page):
    return page.locator("section[aria-labelledby=verdict] .notice h3").all_inner_texts()


def judged(visit, scripted):
    with visit(signed_in=not scripted, java_script_enabled=scripted) as visitor:
        open_debugger(visitor)
        page = visitor.page
        if scripted:
            looks.at(page, "debugger-empty")
        wrong = sign(audience=ENDPOINT)
        judge(visitor, wrong)
        assert verdicts(page) == ["As things are: refused"], verdicts(page)
        expect(page.get_by_label("Assertion, or the reference of a refusal")).to_have_value("")
        expect(page.get_by_text("is not shown again")).to_be_visible()
        assert wrong.split(".")[2] not in page.content()
        # The same one, as if the client had the profile that accepts the endpoint's address.
        page.get_by_role("radio", name="compatible").check()
        judge(visitor, wrong)
        assert verdicts(page) == ["As things are: refused", "With the profile compatible: accepted"], verdicts(page)
        expect(page.get_by_role("radio", name="compatible")).to_be_checked()
        expect(page.get_by_role("row", name=re.compile("17. aud names this server"))).to_contain_text("Failed")
        if scripted:
            looks.at(page, "debugger-as-if")
            looks.guide(page, "debugger-as-if", 1100, 1272)
        # Nothing was used up.
        good = sign()
        open_debugger(visitor)
        judge(visitor, good)
        assert verdicts(page) == ["As things are: accepted"], verdicts(page)
        assert send(good)[0] == 200
        judge(visitor, good)
        assert verdicts(page) == ["As things are: refused"], verdicts(page)
        expect(page.get_by_text("replayed").first).to_be_visible()
        if scripted:
            visitor.remember()


for scripted in (True, False):
    walk.step(f"an assertion is judged and can still be sent, {'with' if scripted else 'without'} JavaScript")(
        lambda visit, scripted=scripted: judged(visit, scripted))


@walk.step("a refusal is judged again from its page, at another time")
def refusal(visit):
    with visit(signed_in=True) as visitor:
        status, answer = send(sign(audience=ENDPOINT))
        assert status == 401, answer
        page = visitor.page
        # Refusals are written in the background.
        for _ in range(100):
            if page.goto(f"{issuer}/console/refusals/{answer['reference']}").status == 200:
                break
            page.wait_for_timeout(100)
        page.get_by_role("link", name="Judge it again").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Assertion debugger")
        page.get_by_role("radio", name="compatible").check()
        visitor.press("Judge")
        expect(page).to_have_url(re.compile("reference=" + answer["reference"] + "&profile=compatible$"))
        first, second = verdicts(page)
        assert first.endswith("refused") and "no rule fails" in second, (first, second)
        looks.at(page, "debugger-refusal")


@walk.step("hostile text, a key that is pasted, and faults")
def others(visit):
    with visit(signed_in=True) as visitor:
        open_debugger(visitor)
        page = visitor.page
        judge(visitor, sign("--claim", "note=" + json.dumps(HOSTILE), "--kid", HOSTILE, key="other.pem"))
        looks.at(page, "debugger-hostile")
        with open(os.path.join(folder, "other.jwks.json"), encoding="utf-8") as file:
            page.get_by_label("The key were").fill(file.read())
        judge(visitor, sign(key="other.pem"))
        assert verdicts(page)[1] == "With the key you pasted: accepted", verdicts(page)
        page.get_by_label("Assertion, or the reference of a refusal").fill(sign())
        page.get_by_label("The time were").fill("yesterday")
        visitor.press("Judge")
        expect(page.get_by_text("Write a time such as")).to_be_visible()
        looks.at(page, "debugger-fault")


@walk.step("by keyboard alone")
def keyboard(visit):
    with visit(signed_in=True) as visitor:
        open_debugger(visitor)
        visitor.type_into("Assertion, or the reference of a refusal", sign())
        visitor.use(re.compile("^Judge$"))
        expect(visitor.page.get_by_role("heading", name="Verdict")).to_be_visible()
        assert verdicts(visitor.page) == ["As things are: accepted"]


prepare()
status = walk.run(chromium, password)
for fault in looks.faults:
    print("FAILED: looks\n" + fault)
sys.exit(status or bool(looks.faults))
