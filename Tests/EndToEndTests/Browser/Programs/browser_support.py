"""What the walks through the pages need: the application that people return to, and a browser that complains."""

import base64
import hashlib
import http.server
import os
import queue
import re
import secrets
import subprocess
import threading
import time
import traceback
import urllib.parse

import walked_pages
from axe_playwright_python.sync_playwright import Axe

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import ECKey
from playwright.sync_api import expect, sync_playwright

SCOPES = "openid profile email orders.read"
# In seconds. The server checks passwords on threads that give way to others, so on a busy machine they take long.
PATIENCE = 60
# More presses of Tab than any page has places to stop at.
TABS = 100
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle cx="32" cy="32" r="30" fill="#c2571a"/></svg>')


class Application:
    """A client of the server, with a redirect URI on a loopback port."""

    def __init__(self, binary, issuer, data):
        self.issuer = issuer
        self.answers = queue.Queue()
        # The header fields with which its logo was asked for.
        self.logo_requests = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.redirect_uri = self.address + "/callback"
        self.signed_out_uri = self.address + "/signed-out"
        self.logo = self.address + "/logo.svg"
        self.register(binary, data)

    def register(self, binary, data):
        key = os.path.join(data, "shop.pem")
        subprocess.run([binary, "keygen", "--alg", "ES256", "--out", key], check=True, capture_output=True)
        subprocess.run(
            [
                binary, "client", "add", "--id", "shop", "--name", "Shop", "--grant", "authorization_code",
                "--grant", "refresh_token", "--scope", SCOPES, "--redirect-uri", self.redirect_uri,
                "--post-logout-redirect-uri", self.signed_out_uri, "--jwks", os.path.join(data, "shop.jwks.json"),
                "--logo-uri", self.logo, "--data", data,
            ],
            check=True, capture_output=True,
        )
        subprocess.run(
            [
                binary, "client", "add", "--id", "desk", "--name", "Desk", "--public", "--trusted", "--scope", "openid",
                "--redirect-uri", self.redirect_uri, "--data", data,
            ],
            check=True, capture_output=True,
        )
        with open(key, encoding="ascii") as file:
            self.key = ECKey.import_key(file.read())

    def handler(application):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urllib.parse.urlsplit(self.path)
                self.take(parts.path, parts.query)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.take(self.path, body)

            def take(self, path, parameters):
                if path.endswith(".svg"):
                    application.logo_requests.append(self.headers)
                    self.send_response(200)
                    self.send_header("Content-Type", "image/svg+xml")
                    self.end_headers()
                    self.wfile.write(LOGO)
                    return
                if path != "/favicon.ico":
                    values = dict(urllib.parse.parse_qsl(parameters, strict_parsing=bool(parameters)))
                    application.answers.put((self.command, path, values))
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(b"<!doctype html><title>Shop</title><h1>Back at the shop</h1>")

            def log_message(self, *_):
                pass

        return Handler

    def request(self, **changes):
        """Begins an authorization request, and returns its URL."""
        self.answers.queue.clear()
        self.verifier, self.state, self.nonce = (secrets.token_urlsafe(32) for _ in range(3))
        digest = hashlib.sha256(self.verifier.encode()).digest()
        parameters = {
            "response_type": "code", "client_id": "shop", "redirect_uri": self.redirect_uri, "scope": SCOPES,
            "state": self.state, "nonce": self.nonce, "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        } | changes
        return f"{self.issuer}/oauth2/authorize?{urllib.parse.urlencode(parameters)}"

    def sign_out(self, token):
        """The URL at which the client asks for a sign-out."""
        self.answers.queue.clear()
        parameters = {"id_token_hint": token, "post_logout_redirect_uri": self.signed_out_uri, "state": "s"}
        return f"{self.issuer}/oauth2/logout?{urllib.parse.urlencode(parameters)}"

    def answer(self, method="GET"):
        """The parameters with which the browser came back."""
        arrived, path, values = self.answers.get(timeout=PATIENCE)
        assert (arrived, path) == (method, "/callback"), (arrived, path)
        assert values.pop("state") == self.state
        assert values.pop("iss") == self.issuer
        return values

    def code(self, method="GET"):
        values = self.answer(method)
        assert set(values) == {"code"}, values
        return values["code"]

    def tokens(self, code):
        """Exchanges a code for tokens."""
        endpoint = self.issuer + "/oauth2/token"
        session = OAuth2Session(
            "shop", self.key, token_endpoint_auth_method=PrivateKeyJWT(endpoint, alg="ES256"),
            redirect_uri=self.redirect_uri,
        )
        return session.fetch_token(
            endpoint, grant_type="authorization_code", code=code, code_verifier=self.verifier)


def has_other_script(page):
    """Whether a page of the console has a script besides the one that each of its pages has."""
    return page.locator('script:not([src*="/console/assets/session.js"])').count() > 0


class Visitor:
    """A person with a browser of their own. Whatever the browser complains about is a failure."""

    # The cookies of a browser in which somebody has signed in. Each check of a password takes its time.
    session = None

    def __init__(self, browser, application, password, signed_in=False, **settings):
        self.application, self.password, self.signed_in = application, password, signed_in
        if signed_in:
            assert Visitor.session, "nobody could sign in"
            settings["storage_state"] = Visitor.session
        self.context = browser.new_context(locale=settings.pop("locale", "en-GB"), **settings)
        self.context.set_default_timeout(PATIENCE * 1000)
        walked_pages.listen(self.context, settings.get("java_script_enabled", True))
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("console", self.heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def heard(self, message):
        # Chromium also says so of a page that is answered with an error status, as some are on purpose.
        is_status = message.text.startswith("Failed to load resource: the server responded with a status of 4")
        is_page = any(path in message.location["url"] for path in ("/oauth2/", "/account", "/callback", "/prepare", "/console"))
        if message.type in ("error", "warning") and not (is_status and is_page):
            self.complaints.append(message.text)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        # Signing in again gives the browser another cookie.
        if self.signed_in:
            Visitor.session = self.context.storage_state()
        self.context.close()
        assert kind or not self.complaints, f"the browser complains: {self.complaints}"

    def begin(self, **changes):
        return self.page.goto(self.application.request(**changes))

    def type_password(self, password=None, name="alice"):
        self.page.get_by_label("User name or e-mail address").fill(name)
        self.page.get_by_label("Password").fill(password or self.password)
        self.press("Sign in")

    def become_administrator(self, setup, name="alice"):
        """Makes the first administrator at a one-time link, and signs in."""
        self.page.goto(setup)
        self.page.get_by_label("User name").fill(name)
        self.page.get_by_label("Password", exact=True).fill(self.password)
        self.page.get_by_label("Password again").fill(self.password)
        self.press("Make the administrator")
        self.page.get_by_role("link", name="Sign in").click()
        self.type_password(name=name)

    def reload_until_visible(self, target):
        """Loads a page again until it has something that the server writes in the background."""
        end = time.monotonic() + PATIENCE
        while not target.is_visible() and time.monotonic() < end:
            self.page.reload()
        expect(target).to_be_visible()

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def reach(self, target):
        """Moves the focus to an element with Tab alone, and requires that it can be seen there."""
        expect(target).to_be_visible()
        for _ in range(TABS):
            if target.evaluate("element => element === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        expect(target).to_be_focused()
        ring = target.evaluate(
            """element => {
                const style = getComputedStyle(element);
                return element.matches(":focus-visible") && style.outlineStyle !== "none"
                    && parseFloat(style.outlineWidth) >= 2 && style.outlineColor !== "rgba(0, 0, 0, 0)";
            }""")
        assert ring, f"the focus on {target} is not visible"
        expect(target).to_be_in_viewport()

    def use(self, name, key="Enter", role="button"):
        """Reaches a button or a link with Tab, and presses a key there."""
        self.reach(self.page.get_by_role(role, name=name).first)
        self.page.keyboard.press(key)

    def open_details(self, summary, key="Enter"):
        """Reaches the first summary with a text by Tab, and opens its details."""
        target = self.page.locator("summary", has_text=summary).first
        self.reach(target)
        self.page.keyboard.press(key)
        expect(target.locator("..")).to_have_attribute("open", "")

    def type_into(self, label, text):
        """Reaches a field with Tab, and types a text there."""
        field = self.page.get_by_label(label, exact=True)
        self.reach(field)
        expect(field).to_have_value("")
        self.page.keyboard.type(text)

    def sign_in_with_keys(self, password=None):
        """Signs in by keyboard alone."""
        self.type_into("User name or e-mail address", "alice")
        self.type_into("Password", password or self.password)
        self.use(re.compile("^Sign in$"))

    def remember(self):
        """Lets other visitors continue this session."""
        Visitor.session = self.context.storage_state()


class Looks:
    """What a page looks like: in both themes, on a small telephone, and to axe."""

    def __init__(self, folder):
        self.folder, self.axe, self.faults = folder, Axe(), []
        os.makedirs(folder, exist_ok=True)

    def at(self, page, name):
        walked_pages.looked(page, name)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            self.picture(page, f"{name}-{theme}")
            result = self.axe.run(page, options={"rules": {"target-size": {"enabled": True}}})
            if result.violations_count:
                self.faults.append(f"{name}, {theme}: {result.generate_report()}")
        size = page.viewport_size
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size({"width": 320, "height": 640})
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            self.faults.append(f"{name}: {width} pixels wide on a screen with 320")
        self.picture(page, f"{name}-320")
        page.set_viewport_size(size)

    def picture(self, page, name):
        page.screenshot(path=os.path.join(self.folder, name + ".png"), full_page=True)

    def guide(self, page, name, width=1000, height=760):
        """A picture for a page of docs/, see scripts/pictures."""
        walked_pages.pictured(name)
        size = page.viewport_size
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=os.path.join(self.folder, f"guide-{name}.png"))
        page.set_viewport_size(size)


class Walk:
    """The steps of a walk, each of which begins with a new browser context."""

    def __init__(self):
        self.steps = []

    def step(self, name):
        def add(function):
            self.steps.append((name, function))
            return function

        return add

    def run(self, chromium, password, application=None):
        """Runs the steps and prints a line for each.

        A step takes a function that makes a Visitor, and the application if there is one.
        """
        expect.set_options(timeout=PATIENCE * 1000)
        failed = 0
        with sync_playwright() as playwright:
            sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=chromium, args=sandbox)
            arguments = [application] if application else []
            for name, function in self.steps:
                try:
                    function(lambda **settings: Visitor(browser, application, password, **settings), *arguments)
                    print(f"ok: {name}")
                except Exception:
                    failed += 1
                    print(f"FAILED: {name}\n{traceback.format_exc()}")
            browser.close()
        if not failed:
            for path, use in walked_pages.missing():
                failed += 1
                print(f"FAILED: this walk should have done this: {use} of {path}")
        return min(failed, 1)
