"""Walks through the expiry calendar of the console, with a real browser. Prints a line for each step.

usage: calendar_walk.py COUNTERSIGN ISSUER DATA CHROMIUM PICTURES PASSWORD
"""

import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from browser_support import Looks, Walk
from playwright.sync_api import expect

binary, issuer, data, chromium, pictures, password = sys.argv[1:]
walk = Walk()
looks = Looks(pictures)
folder = tempfile.mkdtemp()
# It ends a line of a calendar, begins a component, and has a character of several code points where lines are folded.
HOSTILE = "Parcel; lockers,\\ <script>alert(1)</script> BEGIN:VALARM " + "\U0001F9D1\u200d\U0001F680" * 12


def run(*arguments):
    result = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert result.returncode == 0, f"{arguments}: {result.stdout}{result.stderr}"
    return result.stdout


def prepare():
    clients = [
        ("seat-reservation", "Seat reservation", 3), ("freight-booking", "Freight booking", 12),
        ("parcel-lockers", HOSTILE, 12), ("night-mail", "Night mail", 12), ("tariff-union", "Tariff union", 26),
    ]
    for name, title, days in clients:
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            name + ".pem", "-out", name + ".crt", "-days", str(days), "-subj", "/CN=" + name)
        run(binary, "client", "add", "--id", name, "--name", title, "--certificate", name + ".crt", "--data", data)
    run(binary, "keystore", "import", "tariff-union.crt", "--alias", "erp-legacy", "--data", data)
    run(binary, "registration-token", "add", "--data", data)
    run(binary, "user", "edit", "alice", "--group", "admin", "--data", data)


def open_calendar(visitor):
    page = visitor.page
    page.goto(issuer + "/console/calendar")
    if page.get_by_label("Password").count():
        visitor.type_password()
    expect(page.get_by_role("heading", level=1)).to_have_text("Expiry calendar")


@walk.step("what ends is shown as a month and as a list, with filters and deep links")
def calendar(visit):
    with visit() as visitor:
        open_calendar(visitor)
        page = visitor.page
        assert len(page.content()) <= 50 * 1024, len(page.content())
        looks.guide(page, "calendar", 1100)
        looks.at(page, "calendar")
        page.goto(issuer + "/console/calendar?kind=keystore_certificate")
        page.get_by_role("link", name="Later").click()
        page.goto(issuer + "/console/calendar?client=seat-reservation")
        page.goto(issuer + "/console/calendar?kind=client_secret")
        expect(page.get_by_text("Nothing ends in that time")).to_be_visible()
        looks.at(page, "calendar-empty")
        visitor.remember()


def feed(visit, scripted):
    with visit(signed_in=True, java_script_enabled=scripted) as visitor:
        open_calendar(visitor)
        page = visitor.page
        page.get_by_role("link", name=re.compile("Make an address|Replace or remove it")).click()
        visitor.press("Make a new address")
        address = page.locator(".notice code").inner_text()
        if scripted:
            looks.guide(page, "calendar-address", 1100)
            looks.at(page, "calendar-address")
        # A reload sends the form again, and the address stays.
        assert page.reload().status == 409
        expect(page.get_by_role("alert")).to_contain_text("Made already")
        with urllib.request.urlopen(address) as answer:
            body = answer.read()
            assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
            assert answer.headers["Set-Cookie"] is None and answer.headers["Cache-Control"] == "no-store"
        assert all(len(line) <= 75 for line in body.split(b"\r\n")), body
        lines = body.decode().replace("\r\n ", "").split("\r\n")
        assert lines.count("BEGIN:VEVENT") == 7, lines
        page.goto(issuer + "/console/calendar/address")
        visitor.press("Remove the address")
        expect(page.get_by_role("status")).to_contain_text("has been removed")
        try:
            urllib.request.urlopen(address)
            raise AssertionError("the address still works")
        except urllib.error.HTTPError as error:
            assert error.code == 404


for scripted in (True, False):
    walk.step(f"an address for calendar programs is made, read and removed, {'with' if scripted else 'without'} JavaScript")(
        lambda visit, scripted=scripted: feed(visit, scripted))

prepare()
status = walk.run(chromium, password)
for fault in looks.faults:
    print("FAILED: looks\n" + fault)
sys.exit(status or bool(looks.faults))
