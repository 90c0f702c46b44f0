"""Does what somebody does who never saw the console, with a real browser, and counts the clicks. Prints a line for each step.

usage: first_steps_walk.py COUNTERSIGN ISSUER DATA CHROMIUM PICTURES SETUP-LINK PASSWORD
"""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from browser_support import Looks, Walk
from playwright.sync_api import expect

binary, issuer, data, chromium, pictures, setup, password = sys.argv[1:]
folder = os.path.dirname(data)
walk, looks = Walk(), Looks(pictures)
# The most clicks and fields from the overview to the reason of a refusal.
MOST_CLICKS, MOST_FIELDS = 9, 4


class Counted:
    """A page on which clicks and fields are counted."""

    def __init__(self, page):
        self.page, self.clicks, self.fields = page, 0, 0

    def click(self, role, name):
        self.page.get_by_role(role, name=name).first.click()
        self.clicks += 1

    def fill(self, label, text):
        self.page.get_by_label(label, exact=True).fill(text)
        self.fields += 1

    def choose(self, label, path):
        self.page.get_by_label(label).set_input_files(path)
        self.clicks += 1

    def title(self, text):
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(text)


def countersign(*arguments):
    return subprocess.run([binary, *arguments], check=True, capture_output=True, text=True).stdout


def refused():
    """The client sends an assertion for another server, and is told a reference."""
    assertion = countersign(
        "assertion", "sign", "--client-id", "billing", "--key", folder + "/billing.pem", "--audience",
        "https://auth.test.example.com")
    form = {
        "grant_type": "client_credentials", "client_assertion": assertion.strip(),
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    try:
        urllib.request.urlopen(issuer + "/oauth2/token", urllib.parse.urlencode(form).encode())
    except urllib.error.HTTPError as error:
        return re.search(r"[Rr]eference ([A-Z2-7]{8})", error.read().decode())[1]
    raise AssertionError("it was not refused")


@walk.step("a client is registered, its key uploaded, and a refusal read")
def steps(visit):
    with visit() as visitor:
        page = visitor.page
        page.goto(setup)
        looks.guide(page, "first-steps-setup", 820, 620)
        visitor.become_administrator(setup)
        counted = Counted(page)
        counted.title("Overview")
        begun = time.monotonic()
        counted.click("link", "Clients")
        counted.click("link", "Register a client")
        counted.fill("Client ID", "billing")
        counted.fill("Name", "Billing")
        counted.fill("Scopes", "invoices.read")
        looks.guide(page, "first-steps-register", 820, 760)
        counted.click("button", "Register the client")
        expect(page.get_by_role("status")).to_contain_text("has been registered")
        counted.click("link", "Add a key")
        countersign("keygen", "--alg", "ES256", "--out", folder + "/billing.pem")
        counted.choose("File with the public key", folder + "/billing.jwks.json")
        looks.guide(page, "first-steps-key", 820, 760)
        counted.click("button", "Add the key")
        expect(page.get_by_role("status")).to_contain_text("has been added")
        key = ["--issuer", issuer, "--client-id", "billing", "--key", folder + "/billing.pem"]
        assert countersign("token", *key).count(".") == 2
        reference = refused()
        counted.click("link", "Refusals")
        expect(page.get_by_role("link", name=reference)).to_be_visible()
        looks.guide(page, "first-steps-refusals", 1000, 640)
        counted.click("link", reference)
        counted.title(reference)
        expect(page.get_by_text("Rule 17 failed")).to_be_visible()
        for text in ["https://auth.test.example.com", issuer]:
            expect(page.get_by_text(text).first).to_be_visible()
        # The rule that failed is what the picture is about.
        page.locator("#rule-17").evaluate("rule => rule.scrollIntoView()")
        looks.guide(page, "first-steps-refusal", 1000, 800)
        print(f"{counted.clicks} clicks, {counted.fields} fields, {time.monotonic() - begun:.1f} s of the machine")
        assert counted.clicks <= MOST_CLICKS and counted.fields <= MOST_FIELDS, (counted.clicks, counted.fields)
        page.goto(issuer + "/console")
        expect(page.locator("figure.chart").first).to_be_visible()
        looks.guide(page, "overview", 1000, 900)
    assert not looks.faults, "\n".join(looks.faults)


sys.exit(walk.run(chromium, password))
