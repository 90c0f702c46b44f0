"""Walks through the pages that people see, with a real browser. Prints a line for each step.

usage: browser_walk.py BINARY ISSUER DATA CHROMIUM PICTURES PASSWORD
"""

import re
import sys

from browser_support import PATIENCE, Application, Looks, Walk
from playwright.sync_api import expect

binary, issuer, data, chromium, pictures, password = sys.argv[1:]
walk = Walk()


def title(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


@walk.step("a person signs in and allows what the client asks for")
def from_first_to_last(visit, client):
    with visit() as visitor:
        page = visitor.page
        visitor.begin()
        title(page, "Sign in")
        assert page.title().startswith("Sign in · "), page.title()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        visitor.type_password()
        title(page, "Shop would like to use your account")
        expect(page.get_by_text("See your e-mail address")).to_be_visible()
        expect(page.get_by_role("list", name="It asks to").get_by_text("orders.read")).to_be_visible()
        visitor.press("Allow")
        tokens = client.tokens(client.code())
        title(page, "Back at the shop")
        assert {"access_token", "id_token", "refresh_token"} <= set(tokens), list(tokens)
        visitor.remember()


@walk.step("everything works without JavaScript")
def without_javascript(visit, client):
    with visit(java_script_enabled=False) as visitor:
        visitor.begin(prompt="consent")
        visitor.type_password()
        visitor.press("Allow")
        client.tokens(client.code())


@walk.step("a wrong password is reported where the person is")
def wrong_password(visit, client):
    with visit() as visitor:
        page = visitor.page
        visitor.begin()
        visitor.type_password("not the password at all")
        expect(page.get_by_role("alert")).to_contain_text("You are not signed in")
        field = page.get_by_label("Password")
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description("User name or password is wrong.")
        expect(field).to_have_value("")
        expect(page.get_by_label("User name or e-mail address")).to_have_value("alice")
        assert client.answers.empty()
        page.keyboard.type(visitor.password)
        page.keyboard.press("Enter")
        client.code()


@walk.step("cancelling tells the client access_denied")
def cancel(visit, client):
    with visit() as visitor:
        visitor.begin()
        visitor.press("Cancel")
        assert client.answer()["error"] == "access_denied"
    with visit(signed_in=True) as visitor:
        visitor.begin(prompt="consent")
        visitor.press("Cancel")
        assert client.answer()["error"] == "access_denied"


@walk.step("prompt=none shows no page")
def silent(visit, client):
    with visit() as visitor:
        visitor.begin(prompt="none")
        assert client.answer()["error"] == "login_required"
    with visit(signed_in=True) as visitor:
        visitor.begin(prompt="none")
        client.tokens(client.code())


@walk.step("prompt=login asks a person with a session for the password")
def again(visit, client):
    with visit(signed_in=True) as visitor:
        visitor.begin(prompt="login")
        title(visitor.page, "Confirm that it is you")
        expect(visitor.page.get_by_label("Password")).to_be_focused()
        visitor.page.keyboard.type(visitor.password)
        visitor.page.keyboard.press("Enter")
        client.code()


@walk.step("form_post goes on by itself, or with a button without JavaScript")
def form_post(visit, client):
    with visit(signed_in=True) as visitor:
        visitor.begin(response_mode="form_post")
        client.tokens(client.code("POST"))
    with visit(signed_in=True, java_script_enabled=False) as visitor:
        visitor.begin(response_mode="form_post")
        title(visitor.page, "Back to Shop")
        assert client.answers.empty()
        visitor.press("Continue")
        client.tokens(client.code("POST"))


@walk.step("an unregistered redirect URI is never followed")
def unregistered(visit, client):
    with visit() as visitor:
        visited = []
        visitor.page.on("framenavigated", lambda frame: visited.append(frame.url))
        answer = visitor.begin(redirect_uri=client.address + "/elsewhere")
        assert answer.status == 400, answer.status
        title(visitor.page, "This link cannot sign you in")
        visitor.page.get_by_text("For the team of the application").click()
        expect(visitor.page.get_by_text("invalid_request")).to_be_visible()
        assert client.answers.empty()
        assert all(url.startswith(issuer) for url in visited), visited


@walk.step("the keyboard is enough")
def keyboard(visit, client):
    with visit() as visitor:
        page = visitor.page
        visitor.begin(prompt="consent")
        expect(page.get_by_label("User name or e-mail address")).to_be_focused()
        page.keyboard.type("alice@example.com")
        page.keyboard.press("Tab")
        page.keyboard.type(visitor.password)
        page.keyboard.press("Enter")
        title(page, "Shop would like to use your account")
        reached = []
        while "Allow" not in reached:
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.textContent.trim()"))
            assert len(reached) < 20, reached
        assert reached[0] == "Skip to content", reached
        assert reached.index("Cancel") < reached.index("Allow"), reached
        page.keyboard.press("Enter")
        client.code()


@walk.step("ui_locales and the browser's language choose German")
def german(visit, client):
    for settings, changes in (({}, {"ui_locales": "de"}), ({"locale": "de-AT"}, {})):
        with visit(**settings) as visitor:
            visitor.begin(**changes)
            title(visitor.page, "Anmelden")
            expect(visitor.page.locator("html")).to_have_attribute("lang", "de")
            expect(visitor.page.get_by_label("Passwort")).to_be_visible()
    with visit(signed_in=True) as visitor:
        visitor.begin(prompt="consent", ui_locales="de")
        title(visitor.page, "Shop möchte Ihr Konto nutzen")
        visitor.page.get_by_role("link", name="English").click()
        title(visitor.page, "Shop would like to use your account")
        visitor.press("Allow")
        client.code()


@walk.step("the pages of signing in look right")
def looks(visit, client):
    look = Looks(pictures)
    # axe is a script that the policy of the pages forbids.
    with visit(bypass_csp=True, viewport={"width": 1024, "height": 768}) as visitor:
        page = visitor.page
        visitor.begin(redirect_uri=client.address + "/elsewhere")
        look.at(page, "refusal")
        page.locator("details").evaluate("details => details.open = true")
        look.at(page, "refusal-open")
        visitor.begin(prompt="consent")
        look.at(page, "sign-in")
        visitor.type_password("not the password at all")
        look.at(page, "sign-in-wrong")
        visitor.begin(prompt="consent", ui_locales="de")
        look.at(page, "sign-in-german")
    with visit(signed_in=True, bypass_csp=True, viewport={"width": 1024, "height": 768}) as visitor:
        page = visitor.page
        visitor.begin(prompt="consent")
        look.at(page, "consent")
        page.get_by_text("Who is Shop?").click()
        look.at(page, "consent-open")
        page.get_by_role("link", name="Deutsch").click()
        title(page, "Shop möchte Ihr Konto nutzen")
        look.at(page, "consent-german")
        visitor.press("Erlauben")
        client.code()
        visitor.begin(prompt="login")
        look.at(page, "sign-in-again")
        # Without its script, the page stays.
        page.route("**/form-post.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
        visitor.begin(response_mode="form_post")
        title(page, "Back to Shop")
        look.at(page, "form-post")
    assert not look.faults, "\n".join(look.faults)


@walk.step("the client's logo is loaded without a referrer, by its address alone, and leaves no frame if it fails")
def logo(visit, client):
    loads = """url => new Promise(end => {
        const image = new Image();
        image.onload = () => end(true);
        image.onerror = () => end(false);
        image.src = url;
    })"""
    with visit() as visitor:
        page = visitor.page
        client.logo_requests.clear()
        visitor.begin()
        expect(page.locator(".logo img")).to_have_js_property("naturalWidth", 64)
        assert client.logo_requests and not any(headers["Referer"] for headers in client.logo_requests)
        assert page.evaluate(loads, client.logo + "?v=2")
        assert not page.evaluate(loads, client.address + "/other.svg")
        # That the policy forbids the other image.
        assert len(visitor.complaints) == 1, visitor.complaints
        visitor.complaints.clear()
    with visit() as visitor:
        page = visitor.page
        page.route("**/logo.svg", lambda route: route.abort())
        visitor.begin()
        picture = page.locator(".logo img")
        expect(picture).to_have_js_property("complete", True)
        box = page.locator(".logo").bounding_box()
        assert box["height"] == 48, box
        failed = page.screenshot(clip=box)
        picture.evaluate("image => image.style.visibility = 'hidden'")
        assert page.screenshot(clip=box) == failed
        visitor.complaints.clear()


@walk.step("the account page ends the access of clients, and other sessions")
def account(visit, client):
    with visit(signed_in=True) as visitor, visit() as other:
        other.page.goto(issuer + "/account")
        title(other.page, "Sign in")
        other.type_password()
        title(other.page, "Your account")
        page = visitor.page
        page.goto(issuer + "/account")
        title(page, "Your account")
        page.get_by_role("button", name=re.compile("End access ?: Shop")).press("Enter")
        expect(page.get_by_role("status")).to_have_text("Shop can no longer use your account.")
        visitor.begin(prompt="none")
        assert client.answer()["error"] == "consent_required"
        visitor.begin(client_id="desk", scope="openid")
        client.code()
        page.goto(issuer + "/account")
        expect(page.get_by_text("The operator of this server has allowed it.")).to_be_visible()
        desk = page.get_by_role("button", name=re.compile("End access ?: Desk"))
        desk.press("Enter")
        expect(page.get_by_role("status")).to_have_text(
            "Desk can no longer use your account until you sign in to it again.")
        expect(desk).to_have_count(0)
        visitor.begin(client_id="desk", scope="openid", prompt="none")
        client.code()
        page.goto(issuer + "/account")
        expect(desk).to_have_count(1)
        ends = page.get_by_role("button", name=re.compile("End ?: "))
        count = ends.count()
        assert count > 1, count
        ends.first.click()
        expect(page.get_by_role("status")).to_have_text("The session has been ended.")
        expect(ends).to_have_count(count - 1)
        visitor.press("Sign out everywhere else")
        expect(page.get_by_role("status")).to_have_text("You are signed out everywhere else.")
        expect(ends).to_have_count(0)
        other.page.goto(issuer + "/account")
        title(other.page, "Sign in")


@walk.step("the keyboard is enough for the account: its sessions, the access of clients, the password and signing out")
def account_by_keyboard(visit, client):
    def done(page, text):
        expect(page.get_by_role("status")).to_have_text(text)

    def change_password(visitor, current, new, key):
        page = visitor.page
        visitor.open_details("Change your password", key)
        page.keyboard.press("Tab")
        # The hidden field with the user name is for password managers.
        expect(page.get_by_label("Current password")).to_be_focused()
        visitor.type_into("Current password", current)
        visitor.type_into("New password", new)
        visitor.use("Change password", key)

    another_password = "lanterns hum at noon"
    with visit() as visitor, visit() as second, visit() as third:
        for each in (visitor, second, third):
            each.page.goto(issuer + "/account")
            each.sign_in_with_keys()
            title(each.page, "Your account")
        page = visitor.page
        visitor.begin(prompt="consent")
        visitor.use("Allow", "Space")
        client.code()
        title(page, "Back at the shop")

        page.goto(issuer + "/account")
        visitor.use(re.compile("End access ?: Shop"), "Space")
        done(page, "Shop can no longer use your account.")
        visitor.begin(prompt="none")
        assert client.answer()["error"] == "consent_required"

        page.goto(issuer + "/account")
        end = re.compile("End ?: ")
        count = page.get_by_role("button", name=end).count()
        assert count > 1, count
        visitor.use(end)
        done(page, "The session has been ended.")
        expect(page.get_by_role("button", name=end)).to_have_count(count - 1)
        visitor.use("Sign out everywhere else", "Space")
        done(page, "You are signed out everywhere else.")
        expect(page.get_by_role("button", name=end)).to_have_count(0)
        for other in (second, third):
            other.page.goto(issuer + "/account")
            title(other.page, "Sign in")

        change_password(visitor, "not the password at all", another_password, "Enter")
        expect(page.get_by_role("alert")).to_contain_text("Your password was not changed")
        visitor.use("The current password is wrong.", role="link")
        expect(page.get_by_label("Current password")).to_be_focused()
        page.keyboard.type(visitor.password)
        visitor.type_into("New password", another_password)
        visitor.use("Change password", "Space")
        done(page, "Your password has been changed. You are signed out everywhere else, in applications too.")
        # As it was, for the other steps.
        change_password(visitor, another_password, visitor.password, "Space")
        done(page, "Your password has been changed. You are signed out everywhere else, in applications too.")

        visitor.use(re.compile("^Sign out$"))
        title(page, "You are signed out")
        page.goto(issuer + "/account")
        title(page, "Sign in")
        second.sign_in_with_keys()
        title(second.page, "Your account")
        second.remember()


@walk.step("a client that signed a person in signs them out without a question")
def client_signs_out(visit, client):
    with visit() as visitor:
        visitor.begin(prompt="consent")
        visitor.type_password()
        visitor.press("Allow")
        token = client.tokens(client.code())["id_token"]
        visitor.page.goto(client.sign_out(token))
        title(visitor.page, "Back at the shop")
        assert client.answers.get(timeout=PATIENCE) == ("GET", "/signed-out", {"state": "s"})
        visitor.begin(prompt="none")
        assert client.answer()["error"] == "login_required"


@walk.step("the pages of the account and of signing out look right, and signing out ends the session")
def account_looks(visit, client):
    look = Looks(pictures)
    with visit(signed_in=True, bypass_csp=True, viewport={"width": 1024, "height": 768}) as visitor:
        page = visitor.page
        page.goto(issuer + "/account?ui_locales=de")
        look.at(page, "account-german")
        page.goto(issuer + "/account")
        page.locator("summary").click()
        look.at(page, "account")
        page.goto(issuer + "/oauth2/logout")
        title(page, "Sign out?")
        look.at(page, "sign-out")
        visitor.press("Stay signed in")
        title(page, "Your account")
        page.goto(issuer + "/oauth2/logout")
        visitor.press("Sign out")
        title(page, "You are signed out")
        look.at(page, "signed-out")
        visitor.begin(prompt="none")
        assert client.answer()["error"] == "login_required"
    assert not look.faults, "\n".join(look.faults)


sys.exit(walk.run(chromium, password, Application(binary, issuer, data)))
