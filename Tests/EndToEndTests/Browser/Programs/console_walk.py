"""Walks through the console with a real browser. Prints a line for each step.

usage: console_walk.py BINARY ISSUER DATA CHROMIUM PICTURES SETUP-LINK PASSWORD

PASSWORD is that of alice, who is in no group at the beginning.
"""

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys

from browser_support import Looks, Visitor, Walk
from playwright.sync_api import expect

binary, issuer, data, chromium, pictures, setup, password = sys.argv[1:]
home = issuer + "/console"
administrator, own_password = "grace", "seven quiet otters juggle"
walk = Walk()


def title(page, text):
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def countersign(*arguments):
    """Runs a command, and returns what it prints."""
    result = subprocess.run([binary, *arguments, "--data", data], check=True, capture_output=True, text=True)
    return result.stdout


def public_key(name):
    """Makes a key pair, and returns the public half as the text of its file."""
    stem = os.path.join(data, name)
    subprocess.run([binary, "keygen", "--alg", "ES256", "--out", stem + ".pem"], check=True, capture_output=True)
    with open(stem + ".jwks.json", encoding="ascii") as file:
        return file.read()


def sign_in(visitor, name=administrator, secret=own_password):
    visitor.page.goto(home)
    visitor.type_password(secret, name)


def faulty_setup(visitor):
    page = visitor.page
    page.goto(setup)
    title(page, "Make the first administrator")
    page.get_by_label("User name").fill(administrator)
    page.get_by_label("Your name").fill("Grace Hopper")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("Password again").fill("short")
    visitor.press("Make the administrator")
    expect(page.get_by_role("alert")).to_contain_text("characters")
    expect(page.get_by_label("Password", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("User name")).to_have_value(administrator)


@walk.step("the first administrator is made at the link, without JavaScript, and signs in")
def first(visit):
    looks = Looks(pictures)
    with visit() as visitor:
        visitor.page.goto(setup)
        looks.at(visitor.page, "console-setup")
        faulty_setup(visitor)
        looks.at(visitor.page, "console-setup-faults")
    with visit(java_script_enabled=False) as visitor:
        page = visitor.page
        faulty_setup(visitor)
        page.get_by_label("Password", exact=True).fill(own_password)
        page.get_by_label("Password again").fill(own_password)
        visitor.press("Make the administrator")
        title(page, "The first administrator is made")
        page.get_by_role("link", name="Sign in").click()
        visitor.type_password(own_password, administrator)
        title(page, "Overview")
        expect(page.get_by_text("Administrator", exact=True)).to_be_visible()
        visitor.remember()
    with visit(signed_in=True) as visitor:
        page = visitor.page
        page.goto(home)
        looks.at(page, "console-home")
        page.goto(setup)
        title(page, "This link does not work")
        looks.at(page, "console-dead-link")
    assert not looks.faults, "\n".join(looks.faults)


def whole_life(visit, name, **settings):
    """Registers a client, gives it a key, edits, disables and removes it."""
    looks = None if settings else Looks(pictures)
    with visit(signed_in=True, **settings) as visitor:
        page = visitor.page
        page.goto(home)
        page.get_by_role("link", name="Clients").first.click()
        page.get_by_role("link", name="Register a client").first.click()
        title(page, "Register a client")
        page.get_by_label("Client ID").fill(name)
        page.get_by_label("Name", exact=True).fill(f"Ticketing <b>{name}</b>")
        page.get_by_label("Scopes").fill("tickets.read, tickets.issue")
        visitor.press("Register the client")
        expect(page.get_by_role("alert")).to_contain_text("not by commas")
        expect(page.get_by_label("Client ID")).to_have_value(name)
        page.get_by_label("Scopes").fill("tickets.read tickets.issue")
        visitor.press("Register the client")
        title(page, f"Ticketing <b>{name}</b>")
        expect(page.get_by_role("status")).to_contain_text("has been registered")
        expect(page.get_by_text("No key", exact=True).first).to_be_visible()
        # The key, once as a private one by mistake.
        page.get_by_role("link", name="Add a key").first.click()
        keys = public_key(name)
        with open(os.path.join(data, name + ".pem"), encoding="ascii") as file:
            page.get_by_label("Or its text").fill(file.read())
        visitor.press("Add the key")
        expect(page.get_by_role("alert")).to_contain_text("private")
        page.get_by_label("Or its text").fill("")
        page.get_by_label("File with the public key").set_input_files(
            {"name": name + ".jwks.json", "mimeType": "application/json", "buffer": keys.encode()})
        visitor.press("Add the key")
        expect(page.get_by_role("status")).to_contain_text("has been added")
        thumbprint = json.loads(countersign("client", "show", name, "--json"))["keys"][0]["thumbprint"]
        expect(page.get_by_text(thumbprint).first).to_be_visible()
        countersign_token(name)
        page.get_by_role("link", name=f"Ticketing <b>{name}</b>").click()
        # Editing shows what is different before it is saved.
        page.get_by_role("link", name="Edit", exact=True).click()
        page.get_by_label("Scopes").fill("tickets.read")
        page.get_by_label("Lifetime", exact=True).fill("15m")
        visitor.press("See what is different")
        title(page, "Changes of")
        expect(page.get_by_role("row", name=re.compile("Scopes"))).to_contain_text("tickets.read tickets.issue")
        visitor.press("Save")
        expect(page.get_by_role("status")).to_contain_text("has been changed")
        shown = json.loads(countersign("client", "show", name, "--json"))
        assert shown["scope"] == "tickets.read" and shown["access_token_lifetime"] == 900, shown
        # Somebody else saves between the form and the change.
        page.get_by_role("link", name="Edit", exact=True).click()
        page.get_by_label("Description").fill("Sells tickets")
        countersign("client", "edit", name, "--scope", "tickets.void")
        visitor.press("See what is different")
        title(page, "Two people, one client")
        expect(page.get_by_role("row", name=re.compile("Scopes"))).to_contain_text("tickets.void")
        visitor.press("Save mine over it")
        expect(page.get_by_role("status")).to_contain_text("has been changed")
        assert json.loads(countersign("client", "show", name, "--json"))["scope"] == "tickets.read"
        # Retiring can be taken back.
        page.get_by_role("link", name="Keys and rotation").click()
        page.get_by_role("link", name=re.compile("^Retire…")).click()
        visitor.press("Retire the key")
        expect(page.get_by_role("status")).to_contain_text("works until")
        page.get_by_role("link", name=re.compile("^Keep active…")).click()
        visitor.press("Keep the key active")
        expect(page.get_by_role("status")).to_contain_text("is active")
        page.get_by_role("link", name=f"Ticketing <b>{name}</b>").click()
        visitor.press("Disable")
        title(page, f"Ticketing <b>{name}</b>")
        expect(page.get_by_text("Disabled", exact=True).first).to_be_visible()
        page.get_by_role("link", name="Enable…").click()
        if looks:
            looks.at(page, "console-client-enable")
        visitor.press("Enable the client")
        expect(page.get_by_text("Enabled", exact=True).first).to_be_visible()
        page.get_by_role("link", name="Keys and rotation").click()
        page.get_by_role("link", name=re.compile("^Revoke…")).click()
        title(page, "Revoke the key")
        visitor.press("Revoke the key")
        expect(page.get_by_role("status")).to_contain_text("revoked")
        page.get_by_role("link", name=re.compile("^Remove…")).click()
        title(page, "Remove the key")
        visitor.press("Remove the key")
        expect(page.get_by_role("status")).to_contain_text("has been removed")
        assert not json.loads(countersign("client", "show", name, "--json"))["keys"]
        page.get_by_role("link", name=f"Ticketing <b>{name}</b>").click()
        page.get_by_role("link", name="Remove…").last.click()
        title(page, "Remove Ticketing")
        page.get_by_label(re.compile("to confirm")).fill("something else")
        visitor.press("Remove the client")
        expect(page.get_by_role("alert")).to_contain_text("another text")
        # Somebody else changes it while the page asks.
        countersign("client", "edit", name, "--description", "Sells and prints tickets")
        page.get_by_label(re.compile("to confirm")).fill(name)
        visitor.press("Remove the client")
        expect(page.get_by_role("alert")).to_contain_text("Changed meanwhile")
        expect(page.get_by_role("alert").get_by_role("link", name="See what was changed")).to_be_visible()
        if looks:
            looks.at(page, "console-confirm-conflict")
        page.get_by_label(re.compile("to confirm")).fill(name)
        visitor.press("Remove the client")
        expect(page.get_by_role("status")).to_contain_text("has been removed")
        assert name not in countersign("client", "list")
    assert not looks or not looks.faults, "\n".join(looks.faults)


def countersign_token(name):
    """The client gets a token with the key that the page has added."""
    subprocess.run(
        [
            binary, "token", "--issuer", issuer, "--client-id", name, "--key", os.path.join(data, name + ".pem"),
            "--scope", "tickets.read",
        ],
        check=True, capture_output=True)


def secrets(visit, name, **settings):
    """Adds a secret to a client, and removes it."""
    countersign("client", "add", "--id", name, "--name", "Wiki", "--auth-method", "client_secret_basic",
                "--redirect-uri", "https://wiki.example/callback", "--grant", "authorization_code")
    with visit(signed_in=True, **settings) as visitor:
        page = visitor.page
        page.goto(f"{home}/clients/{name}/secrets")
        visitor.press("Add a secret")
        expect(page.get_by_role("status")).to_contain_text("shown this once")
        secret = page.get_by_role("status").locator("code").inner_text()
        page.get_by_role("link", name="To the client").click()
        title(page, "Wiki")
        assert secret not in page.content()
        page.goto(f"{home}/clients/{name}/secrets")
        page.locator("summary", has_text="Remove…").click()
        if not settings:
            looks = Looks(pictures)
            looks.at(page, "console-secret-remove")
            assert not looks.faults, "\n".join(looks.faults)
        page.get_by_role("button", name=re.compile("^Remove ")).click()
        title(page, "Wiki")
        expect(page.get_by_role("status")).to_contain_text("The secret has been removed.")
        page.goto(f"{home}/clients/{name}/secrets")
        expect(page.get_by_text("The client has no secret.")).to_be_visible()


@walk.step("a client is registered, gets a key, is edited, disabled and removed; another gets a secret and loses it")
def with_javascript(visit):
    whole_life(visit, "ticketing")
    secrets(visit, "team-wiki")


@walk.step("the same without JavaScript")
def without_javascript(visit):
    whole_life(visit, "ticketing-plain", java_script_enabled=False)
    secrets(visit, "team-wiki-plain", java_script_enabled=False)


@walk.step("the navigation of a telephone opens and closes without JavaScript, by keyboard")
def telephone(visit):
    with visit(signed_in=True, java_script_enabled=False, viewport={"width": 320, "height": 640}) as visitor:
        page = visitor.page
        page.goto(home)
        clients = page.get_by_role("navigation", name="Console").get_by_role("link", name="Clients")
        expect(clients).to_be_hidden()
        visitor.press("Menu")
        expect(clients).to_be_visible()
        page.keyboard.press("Escape")
        expect(clients).to_be_hidden()


def age(**seconds):
    """Makes all sign-ins older than they are: those to the console by these numbers, and the passwords by ten minutes."""
    changes = ", ".join(f"{column} = {column} - {1000 * number}" for column, number in seconds.items())
    with contextlib.closing(sqlite3.connect(os.path.join(data, "countersign.sqlite"), timeout=60)) as store:
        store.execute(f"UPDATE authorization_grant SET {changes} WHERE client = 'countersign-console'")
        store.execute("UPDATE session SET authenticated_at = authenticated_at - 600000")
        store.commit()


def kept(visit, name, seconds, heading, looks=None, **settings):
    """Types a form, sends it with a sign-in that is not enough any more, confirms in another tab, and sends it again."""
    typed = f"Parcels <b>{name}</b>"
    with visit(signed_in=True, **settings) as visitor:
        page = visitor.page
        page.goto(home + "/register-client")
        if "/oauth2/" in page.url:
            visitor.type_password(own_password, administrator)
        page.get_by_label("Client ID").fill(name)
        page.get_by_label("Name", exact=True).fill(typed)
        page.get_by_label("Scopes").fill("parcels.read")
        page.get_by_label("Public key").fill(json.dumps(json.loads(public_key(name)), indent=2))
        age(**seconds)
        visitor.press("Register the client")
        title(page, heading)
        expect(page.get_by_text("what you typed is kept on this page")).to_be_visible()
        if looks:
            looks.at(page, "console-kept-" + name)
        visitor.press("Send the form again")
        title(page, heading)
        with visitor.context.expect_page() as opened:
            page.get_by_role("link", name="Confirm that it is you").click()
        other = opened.value
        other.get_by_label("User name or e-mail address").fill(administrator)
        other.get_by_label("Password").fill(own_password)
        other.get_by_role("button", name="Sign in", exact=True).click()
        title(other, "You have confirmed that it is you")
        if looks:
            looks.at(other, "console-confirmed")
            assert other.evaluate("window.opener === null")
        other.close()
        visitor.press("Send the form again")
        expect(page.get_by_role("status").first).to_contain_text("has been registered")
        title(page, typed)
        assert len(json.loads(countersign("client", "show", name, "--json"))["keys"]) == 1


@walk.step("what was typed is kept while the person signs in again, with and without JavaScript")
def kept_forms(visit):
    looks = Looks(pictures)
    kept(visit, "old", {"authenticated_at": 600}, "Sign in again to go on", looks)
    kept(visit, "ended", {"created_at": 8 * 3600}, "You are not signed in any more", looks)
    kept(visit, "plain", {"authenticated_at": 600}, "Sign in again to go on", java_script_enabled=False)
    assert not looks.faults, "\n".join(looks.faults)


class Minutes:
    """Time that passes in the browser only, and what the server answers then."""

    def __init__(self, page):
        self.page, self.passed, self.can_wait, self.asked = page, 0, True, 0
        page.clock.install()
        page.route("**/console/sign-in-end*", self.answer)

    def answer(self, route):
        self.asked += 1
        if route.request.url.endswith("?use=true"):
            self.passed = 0
        response = route.fetch()
        found = response.json() | {"can_wait": self.can_wait}
        found["left"] -= 60 * self.passed
        if found["left"] > 0:
            route.fulfill(response=response, json=found)
        else:
            route.fulfill(status=204)

    def pass_by(self, minutes):
        self.passed += minutes
        self.page.clock.fast_forward(int(minutes * 60_000))


@walk.step("WCAG 2.2.1: two minutes before the end of the sign-in the page says so, and a button prolongs it")
def ending(visit):
    looks = Looks(pictures)
    with visit(signed_in=True, java_script_enabled=False) as visitor:
        visitor.page.goto(home + "/clients")
        expect(visitor.page.get_by_text("You are signed out after 30 minutes without use")).to_be_visible()
        expect(visitor.page.get_by_role("button", name="Stay signed in")).to_be_hidden()
    with visit(signed_in=True) as visitor:
        page = visitor.page
        time = Minutes(page)
        page.goto(home + "/clients?q=x")
        search = page.get_by_label("Search")
        search.fill("typed")
        words, stay = page.locator(".ending [aria-live]"), page.get_by_role("button", name="Stay signed in")
        time.pass_by(26)
        expect(stay).to_be_hidden()
        assert time.asked == 0
        time.pass_by(2)
        expect(words).to_have_text(re.compile(r"^You will be signed out at \d\d:\d\d:\d\d UTC unless the console is used"))
        looks.at(page, "console-ending")
        # By keyboard, and the focus does not get lost.
        visitor.use("Stay signed in")
        expect(stay).to_be_hidden()
        expect(words).to_have_text("You stay signed in.")
        assert page.evaluate("document.activeElement !== document.body")
        # Another tab is used.
        time.pass_by(28.1)
        expect(stay).to_be_visible()
        time.passed = 0
        time.pass_by(.3)
        expect(stay).to_be_hidden()
        expect(words).to_have_text("")
        # The limit of eight hours.
        time.can_wait = False
        time.pass_by(28)
        expect(words).to_contain_text("in any case")
        expect(stay).to_be_hidden()
        time.pass_by(2)
        expect(words).to_contain_text("You have been signed out. If you have typed something here, take a copy of it")
        expect(search).to_have_value("typed")
        looks.at(page, "console-ended")
        asked = time.asked
        time.pass_by(60)
        page.wait_for_timeout(500)
        assert time.asked == asked
    assert not looks.faults, "\n".join(looks.faults)


@walk.step("a viewer looks at everything and changes nothing")
def viewer(visit):
    countersign("client", "add", "--id", "feed", "--name", "Timetable feed", "--scope", "feed.read")
    with visit() as visitor:
        page = visitor.page
        sign_in(visitor, "alice", password)
        title(page, "You may not open the console")
        Looks(pictures).at(page, "console-no-access")
        countersign("user", "edit", "alice", "--group", "viewer")
        page.goto(home + "/clients/feed")
        title(page, "Timetable feed")
        expect(page.get_by_text("ask an administrator")).to_be_visible()
        names = [button.inner_text() for button in page.get_by_role("main").get_by_role("button").all()]
        assert not names, names
        for link in ("Edit", "Add a key", "Remove…"):
            expect(page.get_by_role("link", name=link, exact=True)).to_have_count(0)
        # A form that is sent all the same is refused, with the field of her own page.
        key = page.locator("input[name=form_key]").first.get_attribute("value")
        answer = page.request.post(
            home + "/clients/feed", form={"form_key": key, "disable": "yes"}, headers={"Origin": issuer})
        assert answer.status == 403, answer.status
        assert json.loads(countersign("client", "show", "feed", "--json"))["enabled"]
        page.goto(home + "/clients/feed/remove")
        title(page, "Only administrators can do this")


@walk.step("a form of another site changes nothing, and no site can frame a page")
def forged(visit):
    with visit(signed_in=True) as visitor:
        page = visitor.page
        page.goto(home + "/clients/feed")
        key = page.locator("input[name=form_key]").first.get_attribute("value")
        for form, headers in [
            ({"disable": "yes"}, {"Origin": issuer}), ({"form_key": "AAAA", "disable": "yes"}, {"Origin": issuer}),
            ({"form_key": key, "disable": "yes"}, {"Origin": "https://evil.example"}),
        ]:
            answer = page.request.post(home + "/clients/feed", form=form, headers=headers)
            assert answer.status == 403, (form, headers, answer.status)
        assert json.loads(countersign("client", "show", "feed", "--json"))["enabled"]
        page.set_content(f'<iframe src="{home}"></iframe>')
        page.wait_for_timeout(500)
        assert not any("Console" in (frame.title() or "") for frame in page.frames[1:])
        visitor.complaints.clear()


@walk.step("each page in both themes, on a telephone, and to axe")
def look(visit):
    looks = Looks(pictures)
    countersign(
        "client", "add", "--id", "https://agent.example/" + "long-" * 20 + "id", "--name", "Name " + "ohne-Ende-" * 9,
        "--jwks-uri", "https://agent.example/jwks.json", "--scope", "a b c")
    countersign("client", "add", "--id", "wiki", "--name", "Wiki", "--auth-method", "client_secret_basic",
                "--redirect-uri", "https://wiki.example/callback", "--grant", "authorization_code")
    key = public_key("many")
    with open(os.path.join(data, "many.jwks.json"), "w", encoding="ascii") as file:
        file.write(key)
    countersign("client", "add", "--id", "many", "--name", "Seat reservation", "--scope", "seats.read seats.write",
                "--jwks", os.path.join(data, "many.jwks.json"))
    for number in range(45):
        if number % 15 == 0:
            countersign("client", "add", "--id", f"sample-{number:02}", "--name", f"Sample {number}", "--scope", "x")
    with visit(signed_in=True) as visitor:
        page = visitor.page
        thumbprint = json.loads(countersign("client", "show", "many", "--json"))["keys"][0]["thumbprint"]
        for path, name in [
            ("/clients", "clients"), ("/clients?q=nothing-like-this", "clients-none"), ("/clients/many", "client"),
            ("/clients/wiki", "client-secret"), ("/clients/wiki/secrets", "secrets"), ("/clients/feed", "client-no-key"),
            ("/clients/many/edit", "client-edit"), ("/clients/many/keys/add", "key-add"),
            (f"/clients/many/keys/{thumbprint}/revoke", "key-revoke"), ("/clients/many/remove", "client-remove"),
            ("/register-client", "client-register"), ("/clients/nobody", "not-found"),
        ]:
            page.goto(home + path)
            looks.at(page, "console-" + name)
        page.goto(home + "/register-client")
        page.get_by_label("Scopes").fill("a,b")
        page.get_by_label("JWKS URI").fill("http://plain.example/keys")
        visitor.press("Register the client")
        looks.at(page, "console-client-register-faults")
        page.goto(home + "/clients/many/edit")
        page.get_by_label("Scopes").fill("seats.read")
        visitor.press("See what is different")
        looks.at(page, "console-client-review")
        page.go_back()
        page.goto(home + "/clients/many/edit")
        page.get_by_label("Description").fill("Sells seats")
        countersign("client", "edit", "many", "--name", "Seats")
        visitor.press("See what is different")
        looks.at(page, "console-client-conflict")
        page.goto(home + "/clients/wiki/secrets")
        visitor.press("Add a secret")
        expect(page.get_by_role("status")).to_contain_text("shown this once")
        # A reload sends the form again.
        assert page.reload().status == 409
        expect(page.get_by_role("alert")).to_contain_text("Made already")
        expect(page.get_by_role("alert")).to_contain_text("It was shown then only")
        assert page.locator("ul.list > li").count() == 1
        looks.at(page, "console-secrets-again")
        visitor.press("Sign out")
        title(page, "You are signed out of the console")
        looks.at(page, "console-signed-out")
    assert not looks.faults, "\n".join(looks.faults)


def open_again(visitor, path):
    """Opens a page, and signs in if that is asked for."""
    visitor.page.goto(home + path)
    if "/oauth2/" in visitor.page.url:
        visitor.type_password(own_password, administrator)


def signed_in_again(visit, name, **settings):
    """Types a form in one tab, signs in again in another, and sends the form."""
    with visit(signed_in=True, **settings) as visitor:
        page = visitor.page
        open_again(visitor, "/register-client")
        expect(page.get_by_text(re.compile(r"^Until \d\d:\d\d UTC, what you send from this page is accepted"))).to_be_visible()
        page.get_by_label("Client ID").fill(name)
        page.get_by_label("Name", exact=True).fill("Lost property")
        page.get_by_label("Scopes").fill("things.read")
        age(authenticated_at=600)
        visitor.page = visitor.context.new_page()
        open_again(visitor, "/confirmation")
        title(visitor.page, "You have confirmed that it is you")
        visitor.page = page
        visitor.press("Register the client")
        expect(page.get_by_role("status")).to_contain_text("has been registered")


@walk.step("a form stays good while the person signs in again in another tab; then sign out; with and without JavaScript")
def again(visit):
    for name, settings in [("lost-property", {}), ("lost-property-plain", {"java_script_enabled": False})]:
        signed_in_again(visit, name, **settings)
        with visit(signed_in=True, **settings) as visitor:
            open_again(visitor, "/clients/" + name)
            visitor.press("Sign out")
            title(visitor.page, "You are signed out of the console")


sys.exit(walk.run(chromium, password))
