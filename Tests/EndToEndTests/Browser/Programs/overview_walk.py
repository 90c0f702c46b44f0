"""Walks through the overview and the refusals of the console, with a real browser. Prints a line for each step.

usage: overview_walk.py COUNTERSIGN ISSUER DATA CHROMIUM PICTURES PASSWORD

PASSWORD is that of alice, who is in the group admin.
"""

import base64
import json
import re
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from browser_support import Looks, Walk
from playwright.sync_api import expect

binary, issuer, data, chromium, pictures, password = sys.argv[1:]
home, refusals = issuer + "/console", issuer + "/console/refusals"
walk, looks = Walk(), Looks(pictures)
SMALL = 50 * 1024
HOSTILE = '<script>document.title="owned"</script><img src=x onerror=alert(1)>"\'\u202egro'


def part(value):
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def refuse(client="shop", kid="k", audience=None):
    """Sends an assertion that is refused, and returns the reference."""
    now = int(time.time())
    claims = {"iss": client, "sub": client, "aud": audience or issuer, "iat": now, "exp": now + 60, "jti": secrets.token_hex(8)}
    assertion = ".".join([part({"alg": "ES256", "kid": kid}), part(claims), part(secrets.token_bytes(64))])
    form = {
        "grant_type": "client_credentials", "client_assertion": assertion,
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    request = urllib.request.Request(
        issuer + "/oauth2/token", urllib.parse.urlencode(form).encode(),
        {"User-Agent": "<script>document.title='owned'</script>", "X-Forwarded-For": "<b>x</b>", "Referer": "<i>x</i>"})
    try:
        urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        return re.search(r"[Rr]eference ([A-Z2-7]{8})", error.read().decode())[1]
    raise AssertionError("it was not refused")


def countersign(*arguments):
    subprocess.run([binary, *arguments, "--data", data], check=True, capture_output=True, text=True)


def open_console(visitor, address=home, heading="Overview"):
    page = visitor.page
    page.goto(address)
    if page.get_by_label("Password").count():
        visitor.type_password()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert len(page.content()) <= SMALL, f"{page.url} is too long"
    return page


def state(page):
    return page.locator("[data-live]")


def forgive(visitor, *expected):
    """What the browser says of a connection that this walk has broken."""
    visitor.complaints[:] = [text for text in visitor.complaints if not any(word in text for word in expected)]


@walk.step("the overview shows what happens without being loaded again")
def overview(visit):
    countersign("client", "add", "--id", "shop", "--name", "Shop " + HOSTILE)
    with visit() as visitor:
        page = open_console(visitor)
        visitor.remember()
        expect(state(page)).to_contain_text("Live, last at")
        expect(page.locator(".health")).to_contain_text("Writing")
        expect(page.get_by_role("region", name="Needs attention")).to_contain_text("The client shop has no key")
        # A table that is open stays open while its numbers change.
        page.get_by_text("Numbers: Refusals").click()
        page.get_by_role("heading", level=1).hover()
        page.evaluate("document.activeElement.blur()")
        for _ in range(3):
            refuse()
        expect(page.locator(".lead")).to_contain_text("3 refused in the last hour")
        expect(page.locator("#c-refusals + p")).to_have_text("3 in the last hour")
        expect(page.locator("[data-region=refusals] details")).to_have_attribute("open", "")
        # What the pointer is on stays as it is, and is replaced afterwards.
        page.locator("[data-region=refusals]").hover()
        refuse()
        expect(page.locator(".lead")).to_contain_text("4 refused in the last hour")
        expect(page.locator("#c-refusals + p")).to_have_text("3 in the last hour")
        page.get_by_role("heading", level=1).hover()
        expect(page.locator("#c-refusals + p")).to_have_text("4 in the last hour")
        visitor.press("Pause")
        expect(state(page)).to_contain_text("Paused at")
        looks.at(page, "overview")
        visitor.press("Go on")
        expect(state(page)).to_contain_text("Live, last at")
        for title in ("Last 10 minutes", "Last day"):
            page.get_by_role("link", name=title).click()
            expect(page.get_by_role("heading", name=title)).to_be_visible()
            expect(state(page)).to_contain_text("Live, last at")
            assert len(page.content()) <= SMALL


@walk.step("without JavaScript the overview says when it was made")
def plain(visit):
    with visit(signed_in=True, java_script_enabled=False) as visitor:
        page = open_console(visitor)
        expect(state(page)).to_contain_text(re.compile(r"As it was at \d\d:\d\d:\d\d"))
        expect(page.get_by_role("button", name="Pause")).to_be_hidden()
        expect(page.locator("figure.chart")).to_have_count(6)
        page.get_by_text("Numbers: Refusals").click()
        expect(page.get_by_role("region", name="Refusals, numbers").get_by_role("row")).to_have_count(61)


@walk.step("a page that is hidden stops asking, and one that is seen again goes on")
def hidden(visit):
    with visit(signed_in=True) as visitor:
        page = open_console(visitor)
        asked = []
        page.on("request", lambda request: "/live/" in request.url and asked.append(request.url))
        expect(state(page)).to_contain_text("Live, last at")
        turn = """isHidden => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
        page.evaluate(turn, True)
        count = len(asked)
        page.wait_for_timeout(2500)
        assert len(asked) <= count + 1, "it went on asking"
        with page.expect_request("**/console/live/overview**"):
            page.evaluate(turn, False)


@walk.step("a connection that is lost, or a server that answers 503, is tried again, and says so")
def lost(visit):
    with visit(signed_in=True) as visitor:
        page = open_console(visitor)
        expect(state(page)).to_contain_text("Live, last at")
        visitor.context.set_offline(True)
        expect(state(page)).to_contain_text(re.compile(r"Connection lost, trying again in \d+ second"))
        visitor.context.set_offline(False)
        expect(state(page)).to_contain_text("Live, last at")
        page.route("**/console/live/**", lambda route: route.fulfill(status=503, body=""))
        expect(state(page)).to_contain_text(re.compile(r"Connection lost, trying again in \d+ second"))
        expect(page.locator("[data-news]")).to_contain_text("Connection lost")
        page.unroute("**/console/live/**")
        expect(state(page)).to_contain_text("Live, last at")
        forgive(visitor, "ERR_INTERNET_DISCONNECTED", "503")


@walk.step("refusals arrive while the list is open, and wait while it is in use")
def arrivals(visit):
    with visit(signed_in=True) as visitor:
        page = open_console(visitor, refusals, "Refusals")
        expect(state(page)).to_contain_text("Live, last at")
        before = page.locator(".count").first.inner_text()
        first = refuse(kid=HOSTILE)
        row = page.locator(f"#refusal-{first}")
        expect(row).to_be_visible()
        expect(row).to_contain_text("127.0.0.1")
        assert row.locator("[data-label=Address] .key").bounding_box()["height"] < 30, "the address is broken"
        assert int(page.locator(".count").first.inner_text()) == int(before) + 1
        expect(page.locator(".lead")).to_contain_text(f"{int(before) + 1} in the last day")
        expect(page.locator("[data-news]")).to_contain_text("1 new refusal")
        # In use: offered, not added.
        row.hover()
        waiting = [refuse() for _ in range(2)]
        more = page.get_by_role("button", name="2 more refusals")
        expect(more).to_be_visible()
        expect(page.locator(f"#refusal-{waiting[0]}")).to_have_count(0)
        more.click()
        for reference in waiting:
            expect(page.locator(f"#refusal-{reference}")).to_be_visible()
        expect(more).to_be_hidden()
        visitor.press("Pause")
        refuse()
        expect(state(page)).to_contain_text(re.compile(r"Paused at \d\d:\d\d:\d\d, 1 more since"))
        looks.at(page, "console-refusals")
        visitor.press("Go on")
        expect(state(page)).to_contain_text("Live, last at")
        # Another cause has no place in the list yet.
        refuse("nobody " + HOSTILE)
        expect(page.get_by_role("button", name="1 more refusal")).to_be_visible()
        page.get_by_role("button", name="1 more refusal").click()
        expect(page.get_by_role("heading", name="Unknown client")).to_be_visible()
        assert page.title().startswith("Refusals") and page.locator("main img").count() == 0


@walk.step("the filtered list takes only what fits, and the trace of one refusal prints what strangers sent as text")
def filtered(visit):
    with visit(signed_in=True) as visitor:
        page = open_console(visitor, refusals, "Refusals")
        page.get_by_label("Cause", exact=True).select_option("unknown_client")
        page.get_by_label("Client ID").fill("nobody " + HOSTILE)
        visitor.press("Search")
        expect(state(page)).to_contain_text("Live, last at")
        page.goto(refusals + "?cause=unknown_client")
        expect(state(page)).to_contain_text("Live, last at")
        other = refuse()
        fits = refuse("stranger", HOSTILE)
        expect(page.locator(f"#refusal-{fits}")).to_be_visible()
        expect(page.locator(f"#refusal-{other}")).to_have_count(0)
        looks.at(page, "console-refusals-filtered")
        page.get_by_role("link", name=fits).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(fits)
        assert page.title().startswith("Refusal") and page.locator("main img, main script").count() == 0
        assert "\u202e" not in page.content() and len(page.content()) <= SMALL
        expect(page.locator(".rule")).to_have_count(24)
        looks.at(page, "console-refusal")
        page.goto(refusals + "?client=nobody-at-all")
        expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()
        looks.at(page, "console-refusals-nothing")


@walk.step("without JavaScript the list is as it was")
def plain_list(visit):
    with visit(signed_in=True, java_script_enabled=False) as visitor:
        page = open_console(visitor, refusals, "Refusals")
        expect(state(page)).to_contain_text("As it was at")
        reference = refuse()
        visitor.reload_until_visible(page.locator(f"#refusal-{reference}"))
        page.get_by_role("link", name=reference).click()
        expect(page.locator(".rule")).to_have_count(24)


@walk.step("somebody who signs out elsewhere is told so, and the page asks no more")
def signed_out(visit):
    with visit(signed_in=True) as visitor:
        page = open_console(visitor)
        expect(state(page)).to_contain_text("Live, last at")
        other = visitor.context.new_page()
        other.goto(home)
        other.get_by_role("button", name="Sign out").click()
        other.close()
        expect(state(page)).to_contain_text("You are not signed in any more")
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.wait_for_timeout(2500)
        assert not asked, asked
        looks.at(page, "overview-signed-out")


status = walk.run(chromium, password)
for fault in looks.faults:
    print("FAILED: looks\n" + fault)
sys.exit(status or bool(looks.faults))
