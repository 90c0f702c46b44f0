"""Walks through the playground, with a real browser. Prints a line for each step.

usage: playground_walk.py PLAYGROUND ISSUER CHROMIUM PICTURES PASSWORD
"""

import re
import sys

from browser_support import Looks, Walk
from playwright.sync_api import expect

playground, issuer, chromium, pictures, password = sys.argv[1:]
walk = Walk()
SMALL = 50 * 1024


def title(page, text):
    expect(page.get_by_role("heading", level=2).first).to_have_text(text)


def small(response):
    assert len(response.body()) <= SMALL, f"{response.url} has {len(response.body())} bytes"


def open_first(visitor):
    small(visitor.page.goto(playground))
    title(visitor.page, "Step 1 of 5: prepare the request")


def to_exchange(visitor, sign_in=True):
    open_first(visitor)
    visitor.page.get_by_role("link", name="Sign in at").click()
    if sign_in:
        visitor.type_password()
    allow = visitor.page.get_by_role("button", name="Allow", exact=True)
    third = visitor.page.get_by_role("heading", name="Step 3 of 5")
    expect(allow.or_(third)).to_be_visible()
    if allow.is_visible():
        allow.click()
    title(visitor.page, "Step 3 of 5: exchange the code for tokens")


def to_use(visitor, sign_in=True):
    to_exchange(visitor, sign_in)
    visitor.press("Send the request")
    title(visitor.page, "Step 4 of 5: read the ID token")
    visitor.page.get_by_role("link", name="Use the tokens").click()
    title(visitor.page, "Step 5 of 5: use, refresh and revoke")


def answer(page, heading, text):
    """The section with the newest answer."""
    section = page.locator("section", has=page.get_by_role("heading", level=2, name=heading, exact=True))
    expect(section).to_contain_text(text)
    return section


@walk.step("the walk from the first request to log-out, and each experiment is refused")
def from_first_to_last(visit):
    with visit() as visitor:
        page = visitor.page
        to_exchange(visitor)
        assert page.url == playground + "/exchange", "the code stays in the address bar"
        expect(page.get_by_text("Held")).to_have_count(3)
        expect(page.get_by_role("table", name="The client assertion: header, claims and signature")).to_contain_text("A number used once")
        visitor.press("Send the request")
        title(page, "Step 4 of 5: read the ID token")
        expect(page.get_by_text("The ID token is genuine")).to_be_visible()
        expect(page.get_by_role("table", name="The ID token: header, claims and signature")).to_contain_text("Half of the access token")
        expect(page.get_by_text("Failed", exact=True)).to_have_count(0)
        visitor.remember()
        page.get_by_role("link", name="Use the tokens").click()

        visitor.press("Call UserInfo")
        answer(page, "Call UserInfo", '"email": "alice@example.com"')
        visitor.press("Introspect the access token")
        answer(page, "Introspect the access token", '"active": true')
        visitor.press("Refresh")
        answer(page, "Refresh", '"access_token"')
        expect(page.get_by_role("heading", name="The checks of the new ID token")).to_be_visible()
        expect(page.get_by_text("Failed", exact=True)).to_have_count(0)

        for name, rule in [
            ("Send the same assertion again", "jti is used for the first time"),
            ("Change a claim after signing", "signature verifies"),
            ("Sign with another key", "signature verifies"),
            ("Use an assertion for another server", "aud names this server"),
            ("Use an expired assertion", "exp has not passed"),
        ]:
            visitor.press(name)
            section = answer(page, name, "Refused: invalid_client")
            failed = section.locator(".check.failed")
            expect(failed).to_have_count(1)
            expect(failed).to_contain_text(rule)
            expect(section.locator(".check")).to_have_count(24)
        visitor.press("Revoke the access token")
        answer(page, "Revoke the access token", "HTTP/1.1 200")
        visitor.press("Introspect the access token")
        answer(page, "Introspect the access token", '"active": false')
        visitor.press("Refresh")
        answer(page, "Refresh", '"access_token"')
        page.get_by_role("link", name="Log out").click()
        title(page, "Step 5 of 5: use, refresh and revoke")
        expect(page.get_by_text("The person is signed out")).to_be_visible()
        visitor.press("Refresh")
        answer(page, "Refresh", "Refused: invalid_grant")
        page.get_by_role("link", name="Call UserInfo").click()
        answer(page, "Call UserInfo", "alice@example.com")


@walk.step("a code that is used twice ends what it gave, and everything works without JavaScript")
def code_twice(visit):
    with visit(java_script_enabled=False) as visitor:
        to_use(visitor)
        visitor.press("Exchange the code twice")
        answer(visitor.page, "Exchange the code twice", "Refused: invalid_grant")
        visitor.press("Introspect the access token")
        answer(visitor.page, "Introspect the access token", '"active": false')
        visitor.press("Start again")
        title(visitor.page, "Step 1 of 5: prepare the request")
        visitor.remember()


@walk.step("the request can be changed, and a refusal at the server is shown")
def refused(visit):
    with visit() as visitor:
        page = visitor.page
        open_first(visitor)
        page.get_by_label("Scopes").fill("profile")
        visitor.press("Change the request")
        expect(page.get_by_text("Without openid there is no ID token")).to_be_visible()
        page.get_by_label("Scopes").fill("openid")
        page.get_by_label("prompt").select_option("none")
        visitor.press("Change the request")
        page.get_by_role("link", name="Sign in at").click()
        expect(page.get_by_text("The server sent the browser back without a code")).to_contain_text("login_required")
        expect(page.get_by_role("button", name="Send the request")).to_have_count(0)


@walk.step("an answer with another state is not used, nor one without a walk")
def forged(visit):
    with visit() as visitor:
        page = visitor.page
        page.goto(f"{playground}/callback?code=stolen&state=x&iss={issuer}")
        expect(page.get_by_role("heading", name="This browser did not begin a sign-in here")).to_be_visible()
        open_first(visitor)
        page.goto(f"{playground}/callback?code=stolen&state=x&iss={issuer}")
        expect(page.get_by_role("heading", name="The answer does not belong to this sign-in")).to_be_visible()
        expect(page.locator(".check.failed")).to_contain_text("state is the one that was sent")
        page.goto(playground + "/exchange")
        title(page, "Step 1 of 5: prepare the request")


@walk.step("the keyboard is enough for every button")
def keyboard(visit):
    with visit() as visitor:
        page = visitor.page
        open_first(visitor)
        visitor.open_details("Show the PKCE verifier")
        visitor.open_details("Show the whole URL", "Space")
        visitor.reach(page.get_by_label("prompt"))
        page.keyboard.type("consent")
        visitor.use("Change the request", "Space")
        expect(page.get_by_role("row", name=re.compile("^prompt consent"))).to_be_visible()
        visitor.use("Sign in at", role="link")
        visitor.sign_in_with_keys()
        expect(page.get_by_role("button", name="Allow", exact=True)).to_be_visible()
        visitor.use("Allow", "Space")

        title(page, "Step 3 of 5: exchange the code for tokens")
        signature = page.get_by_role("row", name=re.compile("Over header and claims"))
        first = signature.inner_text()
        visitor.use("Sign a new assertion", "Space")
        expect(signature).not_to_have_text(first)
        visitor.open_details("Show the request in full")
        visitor.open_details("Show it as curl", "Space")
        visitor.use("Send the request")
        title(page, "Step 4 of 5: read the ID token")
        visitor.use("Use the tokens", role="link")
        title(page, "Step 5 of 5: use, refresh and revoke")

        steps = [
            ("Call UserInfo", "Enter", '"email": "alice@example.com"'),
            ("Introspect the access token", "Space", '"active": true'),
            ("Refresh", "Enter", '"access_token"'),
            ("Send the same assertion again", "Space", "Refused: invalid_client"),
            ("Change a claim after signing", "Enter", "Refused: invalid_client"),
            ("Sign with another key", "Space", "Refused: invalid_client"),
            ("Use an assertion for another server", "Enter", "Refused: invalid_client"),
            ("Use an expired assertion", "Space", "Refused: invalid_client"),
            ("Revoke the access token", "Space", "HTTP/1.1 200"),
            ("Introspect the access token", "Enter", '"active": false'),
        ]
        for name, key, text in steps:
            visitor.use(name, key)
            answer(page, name, text)
        visitor.open_details("Show the request in full", "Space")
        visitor.open_details("Show it as curl")
        visitor.use("Call UserInfo", role="link")
        answer(page, "Call UserInfo", "alice@example.com")

        visitor.use("Log out", role="link")
        expect(page.get_by_text("The person is signed out")).to_be_visible()
        visitor.use("Refresh", "Space")
        answer(page, "Refresh", "Refused: invalid_grant")
        visitor.use("Exchange the code twice")
        answer(page, "Exchange the code twice", "Refused: invalid_grant")
        visitor.use("Start again", "Space")
        title(page, "Step 1 of 5: prepare the request")


@walk.step("the pages look right")
def looks(visit):
    look = Looks(pictures)
    with visit(bypass_csp=True, viewport={"width": 1180, "height": 800}) as visitor:
        page = visitor.page
        open_first(visitor)
        look.at(page, "playground-1-prepare")
        to_exchange(visitor)
        small(page.reload())
        look.at(page, "playground-3-exchange")
        visitor.press("Send the request")
        title(page, "Step 4 of 5: read the ID token")
        small(page.reload())
        look.at(page, "playground-4-id-token")
        page.get_by_role("link", name="Use the tokens").click()
        look.at(page, "playground-5-use")
        visitor.press("Call UserInfo")
        answer(page, "Call UserInfo", "alice@example.com")
        look.at(page, "playground-5-userinfo")
        visitor.press("Send the same assertion again")
        answer(page, "Send the same assertion again", "Refused: invalid_client")
        small(page.reload())
        look.at(page, "playground-5-replay")
        page.goto(f"{playground}/callback?state=x")
        look.at(page, "playground-message")
    assert not look.faults, "\n".join(look.faults)


sys.exit(walk.run(chromium, password))
