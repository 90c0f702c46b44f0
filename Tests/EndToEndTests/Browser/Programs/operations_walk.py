"""Walks through audit, people, server keys, resources and registration tokens of the console. Prints a line for each step.

usage: operations_walk.py COUNTERSIGN ISSUER DATA CHROMIUM PICTURES PASSWORD
"""

import html
import re
import subprocess
import sys
import urllib.parse

import requests
from browser_support import Looks, Walk
from playwright.sync_api import expect

binary, issuer, data, chromium, pictures, password = sys.argv[1:]
walk = Walk()
looks = Looks(pictures)
home = issuer + "/console"
SMALL = 50 * 1024
HOSTILE = '</td><script>document.title="owned"</script><img src=x onerror=alert(1)>'
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CALLBACK = "http://127.0.0.1/callback"
NEW_PASSWORD = "seven quiet otters juggle"


def countersign(*arguments, text=None):
    result = subprocess.run([binary, *arguments, "--data", data], input=text, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def prepare():
    countersign("user", "add", "vic", "--group", "viewer", "--password-stdin", text=password + "\n")
    countersign("client", "add", "--id", "billing", "--name", "Billing", "--scope", "a")
    countersign("client", "edit", "billing", "--scope", "a b", "--description", HOSTILE)
    for number in range(34):
        countersign("client", "disable" if number % 2 == 0 else "enable", "billing")
    for client in ("calendar", "notes"):
        countersign("client", "add", "--id", client, "--name", client.title(), "--public", "--scope", "openid",
                    "--redirect-uri", CALLBACK)
    for person in ("mia", "noa"):
        countersign("user", "add", person, "--full-name", person.title(), "--password-stdin", text=password + "\n")
        sign_in_with(FIREFOX, person, "calendar", "notes")
        sign_in_with(HOSTILE, person)


def sign_in_with(agent, person, *clients):
    """Signs a person in with another browser, and allows clients what they ask for."""
    session = requests.Session()
    session.headers["User-Agent"] = agent
    for client in clients or ("notes",):
        answer = session.get(issuer + "/oauth2/authorize", params={
            "response_type": "code", "client_id": client, "redirect_uri": CALLBACK, "scope": "openid",
            "code_challenge": "A" * 43, "code_challenge_method": "S256"})
        while not answer.headers.get("Location", "").startswith(CALLBACK):
            form = re.search('<form method="post" action="(.*?)".*?</form>', answer.text, re.DOTALL)
            assert form, answer.text
            fields = dict(re.findall('type="hidden" name="(.*?)" value="(.*?)"', form[0]))
            if 'name="password"' in form[0]:
                fields |= {"user": person, "password": password}
            elif clients:
                fields["answer"] = "allow"
            else:
                return
            answer = session.post(
                urllib.parse.urljoin(issuer, html.unescape(form[1])), fields, headers={"Origin": issuer},
                allow_redirects=False)
            place = urllib.parse.urljoin(issuer, answer.headers.get("Location", CALLBACK))
            if not place.startswith(CALLBACK):
                answer = session.get(place, allow_redirects=False)


def title(page, text):
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)
    assert len(page.content()) <= SMALL, f"{page.url} is too long"
    assert page.locator("main script, main img").count() == 0 and page.title() != "owned"


def done(page, text):
    expect(page.get_by_role("status")).to_contain_text(text)


def entry(page, name):
    page.get_by_role("navigation", name="Console").get_by_role("link", name=name, exact=True).click()
    title(page, name)


def look(visitor, name, scripted):
    if scripted:
        looks.at(visitor.page, "operations-" + name)


def people(visitor, scripted):
    page = visitor.page
    name = "bob" if scripted else "tim"
    entry(page, "People")
    look(visitor, "people", scripted)
    page.get_by_role("link", name="Add a person").click()
    title(page, "Add a person")
    page.locator("#user_name").fill(name)
    page.locator("#email").fill("nowhere")
    visitor.press("Add the person")
    expect(page.get_by_role("alert")).to_contain_text("It must be an e-mail address.")
    look(visitor, "person-faults", scripted)
    page.locator("#email").fill(name + "@example.com")
    page.locator("#name").fill(HOSTILE)
    visitor.press("Add the person")
    done(page, "has been added")
    title(page, "document.title")
    page.get_by_role("link", name="Edit").click()
    look(visitor, "person-edit", scripted)
    page.locator("#name").fill("Bob")
    page.locator("#groups").fill("staff\nfinance")
    visitor.press("Save")
    done(page, "has been changed")
    title(page, "Bob")
    page.get_by_role("link", name="Set a password").click()
    page.locator("#password").fill("short")
    page.locator("#password_again").fill("short")
    visitor.press("Set the password")
    expect(page.locator("#password-message")).to_contain_text("characters at least")
    look(visitor, "password", scripted)
    page.locator("#password").fill(NEW_PASSWORD)
    page.locator("#password_again").fill(NEW_PASSWORD)
    visitor.press("Set the password")
    done(page, "password has been set")
    page.get_by_role("link", name="Disable…").click()
    look(visitor, "person-disable", scripted)
    visitor.press("Disable the person")
    done(page, "is disabled")
    page.get_by_role("link", name="Enable…").click()
    look(visitor, "person-enable", scripted)
    visitor.press("Enable the person")
    done(page, "is enabled")
    page.get_by_role("link", name="Remove…").click()
    look(visitor, "person-remove", scripted)
    page.locator("#confirmation").fill(name)
    visitor.press("Remove the person")
    done(page, "has been removed")
    page.locator("#q").fill("alice@")
    visitor.press("Search")
    page.get_by_role("row").get_by_role("link", name="Alice Jones").click()
    title(page, "Alice Jones")
    expect(page.get_by_text("This is you.")).to_be_visible()
    look(visitor, "person", scripted)
    page.get_by_role("link", name="Remove…").click()
    expect(page.get_by_text("last administrator who can sign in")).to_be_visible()
    expect(page.get_by_role("button", name="Remove the person")).to_have_count(0)


def sessions(visitor, scripted):
    page = visitor.page
    entry(page, "People")
    page.get_by_role("row").get_by_role("link", name="Mia" if scripted else "Noa").click()
    expect(page.locator("main")).to_contain_text("</td><script>")
    one = page.get_by_role("button", name=re.compile("^End the session in "))
    expect(one).to_have_count(2)
    look(visitor, "person-sessions", scripted)
    page.get_by_role("button", name="End the session in Firefox on Linux").click()
    done(page, "The session has ended.")
    expect(one).to_have_count(1)
    visitor.press("End all sessions")
    done(page, "All sessions have ended.")
    expect(one).to_have_count(0)
    page.get_by_role("button", name="Take back the access of calendar").click()
    done(page, "The access has been taken back.")
    expect(page.get_by_role("button", name=re.compile("^Take back the access of "))).to_have_count(1)
    visitor.press("Take back all access")
    done(page, "All access has been taken back.")
    expect(page.get_by_role("button", name=re.compile("^(End|Take back)"))).to_have_count(0)
    expect(page.get_by_text("Signed in with no browser, and no client has access.")).to_be_visible()
    look(visitor, "person-no-sessions", scripted)
    page.get_by_role("link", name="Changes of this person").click()
    page.get_by_role("row").filter(has_text="session").get_by_role("link").first.click()
    title(page, "Change")
    look(visitor, "change-sessions", scripted)


def resources(visitor, scripted):
    page = visitor.page
    entry(page, "Resources")
    expect(page.get_by_text("No resource yet")).to_be_visible()
    page.get_by_role("link", name="Add a resource").click()
    look(visitor, "add-resource", scripted)
    page.locator("#resource").fill("https://api.example/v1?x=1")
    page.locator("#scopes").fill("orders.read orders.write")
    visitor.press("Add the resource")
    done(page, "has been added")
    look(visitor, "resources", scripted)
    page.get_by_role("link", name="https://api.example/v1?x=1").click()
    look(visitor, "resource", scripted)
    page.get_by_role("link", name="Edit").click()
    look(visitor, "edit-resource", scripted)
    page.locator("#resource_name").fill("Orders")
    visitor.press("Save")
    done(page, "has been changed")
    page.get_by_role("link", name="Remove…").click()
    look(visitor, "remove-resource", scripted)
    visitor.press("Remove the resource")
    done(page, "has been removed")


def tokens(visitor, scripted):
    page = visitor.page
    entry(page, "Registration tokens")
    page.get_by_role("link", name="Make a token").click()
    page.locator("#note").fill("Team Ticketing")
    look(visitor, "token-form", scripted)
    visitor.press("Make the token")
    title(page, "The new registration token")
    assert page.locator("pre code").first.inner_text().startswith("cs_iat_")
    if scripted:
        looks.at(page, "operations-token")
    # A reload sends the form again.
    assert page.reload().status == 409
    title(page, "Made already")
    expect(page.get_by_role("alert")).to_contain_text("Its value was shown then only")
    assert page.locator("main code").count() == 0
    look(visitor, "token-again", scripted)
    page.get_by_role("link", name="To the registration token", exact=True).click()
    title(page, "Revoke the registration token?")
    look(visitor, "revoke-token", scripted)
    page.get_by_role("link", name="Cancel").click()
    look(visitor, "tokens", scripted)
    page.locator("#state").select_option("Used up")
    visitor.press("Search")
    expect(page.get_by_text("No token matches")).to_be_visible()
    look(visitor, "tokens-none", scripted)
    page.get_by_role("link", name="Show all").click()
    page.locator("#state").select_option("Works")
    visitor.press("Search")
    assert page.url.endswith("?state=usable"), page.url
    assert "countersign registration-token list --state usable" in page.content()
    look(visitor, "tokens-usable", scripted)
    page.get_by_role("link", name="Team Ticketing").click()
    visitor.press("Revoke the token")
    done(page, "has been revoked")


def server_keys(visitor, scripted):
    page = visitor.page
    entry(page, "Server keys")
    page.get_by_role("link", name="Rotate…").click()
    look(visitor, "rotate", scripted)
    # The next keys of the other algorithms are those of the walk before.
    page.get_by_label("Of which algorithm").select_option("All" if scripted else "ES256")
    visitor.press("Make the next keys")
    done(page, "next keys have been made")
    look(visitor, "server-keys", scripted)
    page.get_by_role("row").filter(has_text="Next").filter(has_text="ES256").get_by_role("link").click()
    title(page, "Withdraw the key?")
    page.locator("#confirmation").fill("another")
    visitor.press("Withdraw the key")
    expect(page.get_by_role("alert")).to_contain_text("That is another text")
    look(visitor, "withdraw", scripted)
    page.locator("#confirmation").fill(page.locator("label .key").inner_text())
    visitor.press("Withdraw the key")
    done(page, "has been withdrawn")


def audit(visitor, scripted):
    page = visitor.page
    entry(page, "Audit")
    look(visitor, "audit", scripted)
    page.get_by_role("link", name="Older").click()
    page.get_by_role("link", name="Newest").click()
    page.locator("#on").fill("billing")
    page.locator("#kind").select_option("Client")
    visitor.press("Search")
    assert "on=billing" in page.url and "kind=client" in page.url
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    title(page, "Change")
    expect(page.get_by_text("Holds here")).to_be_visible()
    page.get_by_role("link", name="Undo this change…").click()
    look(visitor, "undo", scripted)
    visitor.press("Undo the change")
    done(page, "has been undone")
    look(visitor, "change", scripted)
    page.goto(home + "/audit?on=billing&by=" + ("" if scripted else "alice"))
    page.get_by_role("row").nth(1).get_by_role("link", name="Billing").click()
    title(page, "Billing")
    page.goto(home + "/audit/8")
    expect(page.locator("main")).to_contain_text("<script>")
    look(visitor, "change-hostile", scripted)
    assert page.goto(home + "/audit/99999").status == 404
    title(page, "Not found")
    assert page.goto(home + "/nowhere").status == 404
    title(page, "Not found")
    look(visitor, "not-found", scripted)


@walk.step("every page and every write, with JavaScript")
def scripted(visit):
    with visit() as visitor:
        visitor.page.goto(home)
        visitor.type_password()
        title(visitor.page, "Overview")
        visitor.remember()
        for part in (people, sessions, resources, tokens, server_keys, audit):
            part(visitor, True)


@walk.step("the same without JavaScript")
def plain(visit):
    with visit(java_script_enabled=False, signed_in=True) as visitor:
        visitor.page.goto(home)
        for part in (people, sessions, resources, tokens, server_keys, audit):
            part(visitor, False)


@walk.step("by keyboard alone: an undo")
def keyboard(visit):
    with visit(signed_in=True) as visitor:
        visitor.page.goto(home + "/audit?kind=client")
        visitor.use("Older", role="link")
        expect(visitor.page.get_by_role("link", name="Newest")).to_be_visible()
        visitor.page.goto(home + "/audit/8/undo")
        visitor.use("Undo the change")
        done(visitor.page, "has been undone")


@walk.step("a viewer looks, and is offered nothing that writes")
def viewer(visit):
    with visit() as visitor:
        page = visitor.page
        page.goto(home)
        visitor.type_password(name="vic")
        for name in ("Audit", "People", "Resources", "Registration tokens", "Server keys"):
            entry(page, name)
            expect(page.locator("main form[method=post]")).to_have_count(0)
        entry(page, "People")
        page.get_by_role("row").get_by_role("link", name="Alice Jones").click()
        expect(page.locator("main form[method=post]")).to_have_count(0)
        looks.at(page, "operations-viewer")
        assert page.goto(home + "/add-person").status == 403


prepare()
status = walk.run(chromium, password)
for fault in looks.faults:
    print("FAILED: looks\n" + fault)
sys.exit(status or bool(looks.faults))
