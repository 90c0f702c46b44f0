"""Uses the console while the disk is full, with a real browser. Prints a line for each step.

usage: full_disk_walk.py ISSUER DATA PID CHROMIUM PICTURES SETUP-LINK PASSWORD

DATA is on a small file system that only the process PID and its children see.
"""

import subprocess
import sys
import urllib.error
import urllib.request

from browser_support import Looks, Walk
from playwright.sync_api import expect

issuer, data, pid, chromium, pictures, setup, password = sys.argv[1:]
home = issuer + "/console"
walk = Walk()
HOSTILE = 'Till <b>"7"</b> & \'co\''
# Pages that show what the store has.
READABLE = ["", "/clients", "/refusals", "/audit", "/calendar", "/people", "/keystore", "/server-keys"]


def beside(*command):
    """Runs a program where the server's disk is seen."""
    subprocess.run(
        ["nsenter", "--target", pid, "--user", "--mount", "--preserve-credentials", *command], check=True,
        capture_output=True)


def fill():
    # Without the space that the log of the database has already taken.
    emptying = f"import sqlite3; sqlite3.connect('{data}/countersign.sqlite').execute('PRAGMA wal_checkpoint(TRUNCATE)')"
    beside("python3", "-c", emptying)
    # It ends with an error when nothing more fits.
    beside("sh", "-c", f"cat /dev/zero > {data}/filling 2> /dev/null || true")


def free():
    beside("rm", data + "/filling")


def status(path):
    try:
        return urllib.request.urlopen(issuer + path).status
    except urllib.error.HTTPError as error:
        return error.code


def survives(visitor, name, looks=None):
    page = visitor.page
    page.goto(home + "/register-client")
    page.get_by_label("Client ID").fill(name)
    page.get_by_label("Name", exact=True).fill(HOSTILE)
    page.get_by_label("Scopes").fill("tickets.read tickets.issue")
    fill()
    visitor.press("Register the client")
    expect(page.get_by_role("heading", level=1)).to_have_text("The disk is full")
    expect(page.get_by_role("alert")).to_contain_text("what you typed is kept on this page")
    if looks:
        looks.at(page, "full-disk")
    # Still full.
    visitor.press("Try again")
    expect(page.get_by_role("heading", level=1)).to_have_text("The disk is full")
    assert status("/health/live") == 200
    with visit_again(visitor) as reader:
        for path in READABLE if looks else ["/clients"]:
            answer = reader.goto(home + path)
            assert answer.status == 200, f"{path}: {answer.status}"
        reader.goto(home + "/clients")
        expect(reader.get_by_text(name, exact=True)).to_have_count(0)
    free()
    visitor.press("Try again")
    expect(page.get_by_role("status")).to_contain_text("has been registered")
    expect(page.get_by_role("heading", level=1)).to_contain_text(HOSTILE)
    expect(page.get_by_text("tickets.issue").first).to_be_visible()
    assert status("/health/ready") == 200
    # Said by the browser of the answers 503.
    visitor.complaints[:] = [text for text in visitor.complaints if "status of 503" not in text]


@walk.step("what was typed survives a full disk, with and without JavaScript")
def full(visit):
    looks = Looks(pictures)
    with visit() as visitor:
        visitor.become_administrator(setup)
        survives(visitor, "till-7", looks)
        visitor.remember()
    with visit(signed_in=True, java_script_enabled=False) as visitor:
        survives(visitor, "till-8")
    assert not looks.faults, "\n".join(looks.faults)


def visit_again(visitor):
    """Another tab."""
    return visitor.context.new_page()


sys.exit(walk.run(chromium, password))
