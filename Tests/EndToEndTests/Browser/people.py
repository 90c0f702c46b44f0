"""Walks through the pages that people see, in a real browser: BINARY BASE_URL DATA CONFIG SCREENSHOTS."""

import http.server
import os
import pathlib
import subprocess
import sys
import threading
import urllib.parse

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

BINARY, BASE, DATA, CONFIG, SHOTS = sys.argv[1:6]
BROWSER = "/usr/bin/chromium"
PASSWORD = "correct horse battery staple"
failures = []


def check(what, condition, detail=""):
    if not condition:
        failures.append(f"{what} {detail}")
        print(f"failed: {what} {detail}", flush=True)


class Client(http.server.BaseHTTPRequestHandler):
    """The application: remembers what it was sent."""

    received = []

    def answer(self, text):
        parameters = dict(urllib.parse.parse_qsl(text))
        if self.path.startswith("/callback"):
            Client.received.append((self.command, parameters))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>The application</title><h1>Back</h1>")

    def do_GET(self):
        self.answer(urllib.parse.urlsplit(self.path).query)

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def log_message(self, *arguments):
        pass


application = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Client)
# A browser may leave before it has read the answer.
application.handle_error = lambda *arguments: None
threading.Thread(target=application.serve_forever, daemon=True).start()
CALLBACK = f"http://127.0.0.1:{application.server_port}/callback"


def countersign(*arguments, text=None):
    done = subprocess.run([BINARY, *arguments], input=text, capture_output=True, text=True, timeout=60)
    if done.returncode:
        sys.exit(f"{arguments}: {done.stderr}")


def authorize(client="planner", **more):
    parameters = {"response_type": "code", "client_id": client, "redirect_uri": CALLBACK,
                  "scope": "openid profile email", "state": 's"<é', "nonce": "n", **more}
    return f"{BASE}/oauth2/authorize?{urllib.parse.urlencode(parameters)}"


def last():
    return Client.received[-1] if Client.received else ("", {})


class Visitor:
    """A person with a browser of their own."""

    def __init__(self, browser, **options):
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60000)
        self.page.on("console", self.hear)

    def hear(self, message):
        # The status of an answer is reported as an error too.
        if message.type == "error" and "Failed to load resource" not in message.text:
            check("the console is silent", False, message.text)

    def shoot(self, name):
        self.page.screenshot(path=pathlib.Path(SHOTS) / f"{name}.png", full_page=True)

    def sign_in(self, password=PASSWORD, name="ines"):
        self.page.fill("#user", name)
        self.page.fill("#password", password)
        self.page.click("button.primary")

    def answer(self, value):
        self.page.click(f"button[value={value}]")

    def heading(self):
        return self.page.inner_text("h1")


def desktop(browser):
    visitor = Visitor(browser, viewport={"width": 1000, "height": 760}, locale="en-GB")
    page = visitor.page
    page.goto(authorize())
    check("sign in", visitor.heading() == "Sign in" and "Journey planner" in page.inner_text("main"))
    check("the name has the focus", page.evaluate("document.activeElement.id") == "user")
    visitor.shoot("signin")
    visitor.sign_in("wrong password")
    check("a wrong password is said", page.get_by_role("alert").count() == 1)
    check("the name is kept", page.input_value("#user") == "ines")
    check("the password is not kept", page.input_value("#password") == "")
    check("the password has the focus", page.evaluate("document.activeElement.id") == "password")
    visitor.shoot("signin-wrong")
    page.click("[role=alert] a")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".grants")
    check("consent", "Journey planner would like" in visitor.heading())
    page.click("summary")
    visitor.shoot("consent")
    visitor.answer("deny")
    check("refused consent", last()[1].get("error") == "access_denied" and last()[1].get("state") == 's"<é', last())
    page.goto(authorize())
    visitor.answer("allow")
    check("given consent", "code" in last()[1] and last()[1].get("iss") == BASE, last())
    count = len(Client.received)
    page.goto(authorize(prompt="none"))
    check("prompt=none", len(Client.received) == count + 1 and "code" in last()[1], last())
    page.goto(authorize(response_mode="form_post"))
    page.wait_for_url(CALLBACK)
    check("form_post", last()[0] == "POST" and "code" in last()[1] and last()[1].get("state") == 's"<é', last())
    page.goto(authorize(redirect_uri="https://elsewhere.example/"))
    check("a refusal stays here", page.url.startswith(BASE) and page.locator(".reference").count() == 1)
    visitor.shoot("refusal")
    account(visitor)
    logout(visitor)
    visitor.context.close()


def account(visitor):
    page = visitor.page
    page.goto(BASE + "/account")
    text = page.inner_text("main")
    check("account", "Chrome on Linux" in text and "Journey planner" in text and "who you are" in text, text)
    visitor.shoot("account")
    page.click("summary")
    page.fill("#password", "not the password")
    page.fill("#new_password", "a much better password than before")
    page.click("button[name=change_password]")
    check("a wrong current password", page.locator("#password[aria-invalid=true]").count() == 1, page.inner_text("main"))
    visitor.shoot("account-wrong-password")
    page.click("button[name=withdraw]")
    check("withdrawn", page.get_by_role("status").count() == 1 and page.locator("button[name=withdraw]").count() == 0)
    visitor.shoot("account-withdrawn")
    page.goto(authorize(prompt="none"))
    check("no consent any more", last()[1].get("error") in ("consent_required", "interaction_required"), last())


def logout(visitor):
    page = visitor.page
    page.goto(BASE + "/oidc/logout")
    check("sign out asks", visitor.heading() == "Sign out?", visitor.heading())
    visitor.shoot("sign-out")
    visitor.answer("sign_out")
    check("signed out", visitor.heading() == "You are signed out", visitor.heading())
    visitor.shoot("signed-out")
    page.goto(authorize(prompt="none"))
    check("no session any more", last()[1].get("error") == "login_required", last())


def telephone(browser):
    """320 px wide, dark, in German, without JavaScript, and by keyboard alone."""
    visitor = Visitor(browser, viewport={"width": 320, "height": 640}, color_scheme="dark", locale="de-DE",
                      java_script_enabled=False)
    page = visitor.page

    def shoot(name):
        # The page of a browser without JavaScript cannot be asked; its elements can.
        for element in page.locator("main, header, footer, button, input, h1, p, dd").all():
            box = element.bounding_box()
            if box and element.is_visible() and "hidden" not in (element.get_attribute("class") or ""):
                check(f"{name} is 320 px wide", box["x"] >= -1 and box["x"] + box["width"] <= 321, box)
        visitor.shoot(name + "-320-dark-de")

    page.goto(authorize(response_mode="form_post"))
    check("German", visitor.heading() == "Anmelden", visitor.heading())
    shoot("signin")
    page.keyboard.type("ines")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".grants")
    shoot("consent")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator("button[value=allow]:focus").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Zurück zu")
    shoot("form-post")
    count = len(Client.received)
    page.keyboard.press("Enter")
    page.wait_for_url(CALLBACK)
    check("form_post by its button", len(Client.received) == count + 1 and last()[0] == "POST", last())
    page.goto(BASE + "/account")
    shoot("account")
    visitor.context.close()


def accessibility(browser):
    """axe finds nothing, in both themes. Its script needs a browser that does not apply the policy of the pages."""
    visitor = Visitor(browser, viewport={"width": 1000, "height": 760}, locale="en-GB", bypass_csp=True)
    page, axe = visitor.page, Axe()

    def examine(name):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for found in axe.run(page).response["violations"]:
                check(f"axe, {name}, {scheme}:", False, f"{found['id']} {[n['html'][:150] for n in found['nodes']]}")
        visitor.shoot(name + "-dark")

    page.goto(authorize())
    examine("signin")
    visitor.sign_in("wrong password")
    examine("signin-wrong")
    visitor.sign_in()
    page.click("summary")
    examine("consent")
    visitor.answer("allow")
    page.goto(authorize(client="nobody"))
    page.click("summary")
    examine("refusal")
    page.goto(BASE + "/account")
    page.click("summary")
    examine("account")
    page.goto(BASE + "/oidc/logout")
    examine("sign-out")
    visitor.answer("sign_out")
    examine("signed-out")
    visitor.context.close()


countersign("user", "add", "ines", "--full-name", "Ines Halvorsen", "--email", "ines@northwind.example", "--email-verified",
            "--password-stdin", "--config", CONFIG, "--data", DATA, text=PASSWORD + "\n")
countersign("keygen", "--alg", "ES256", "--out", DATA + "/planner.pem")
countersign("client", "add", "--id", "planner", "--name", "Journey planner", "--redirect-uri", CALLBACK,
            "--scope", "openid profile email", "--jwks", DATA + "/planner.jwks.json", "--data", DATA)
pathlib.Path(SHOTS).mkdir(parents=True, exist_ok=True)
if not pathlib.Path(BROWSER).exists():
    sys.exit(f"{BROWSER} is missing: scripts/system-packages test installs it")
with sync_playwright() as playwright:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=BROWSER, args=sandbox + ["--disable-gpu"])
    for walk in (desktop, telephone, accessibility):
        try:
            walk(browser)
        except Exception as error:
            check(walk.__name__, False, error)
    browser.close()
sys.exit(1 if failures else 0)
