#!/usr/bin/env python3
"""The page in a real browser: Chromium with its driver, from disk and live.

EXECUTABLES is the folder of Show, Rehearsal and the steps (default .build/debug). Screenshots at
three sizes, light and dark, go to SCREENSHOTS (default .build/screenshots).
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXECUTABLES = os.environ.get("EXECUTABLES", os.path.join(ROOT, ".build/debug"))
SCREENSHOTS = os.environ.get("SCREENSHOTS", os.path.join(ROOT, ".build/screenshots"))
SIZES = {"hall": (1920, 1080), "laptop": (1280, 720), "phone": (390, 844)}
ROWS = ["1", "2", "3", "4", "5", "6", "6g", "7", "7g"]
MARKUP = '<img src=x onerror="document.title=1">'
LIMIT = 60


def browser(theme="light"):
    options = webdriver.ChromeOptions()
    for word in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                 "--disable-dev-shm-usage", "--force-device-scale-factor=1"]:
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    set_theme(driver, theme)
    return driver


def set_theme(driver, theme):
    media = {"features": [{"name": "prefers-color-scheme", "value": theme}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)


def resize(driver, width, height):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})


def pod(name, **more):
    return {"name": name, "address": "127.0.0.2:4000", "restarts": 0, "created": 0, "started": 1,
            "ready": 4, "in_endpoints": 4.2, **more}


def result(row, stage="rehearsal"):
    """A row whose numbers all differ, and differ from those of other rows."""
    place = ROWS.index(row)
    counts, failures = [], []
    for index, outcome in enumerate(["refused", "eof", "timeout", "unreachable", "http_503"]):
        number = (place + index) % 4 * (index + 1)
        for door in ["tcp", "http"]:
            line = {"phase": "deploy", "door": door, "kind": "fresh", "outcome": outcome}
            counts.append({**line, "n": number})
            for n in range(number):
                failures.append({
                    "sent_s": 20.05 + index / 7 + n / 31, "took_s": 0.01, **line,
                    "id": f"{row}-{door}-{outcome}-{n}", "pod": f"calc-1-{n % 3}"})
    counts.append({"phase": "deploy", "door": "tcp", "kind": "fresh", "outcome": "ok",
                   "n": 20000 + place * 1111})
    pods = [pod(f"calc-1-{n}", deletion=20 + n / 9, deleted_in="deploy", sigterm=20 + n / 9,
                exit=20.2 + n / 9, code=0, out_of_endpoints=21 + n / 9, last_request=21)
            for n in range(3)]
    pods += [pod(f"calc-2-{n}", created_in="deploy", created=12 + n, started=13 + n,
                 ready=16 + n, in_endpoints=17 + n) for n in range(3)]
    pods.append(pod(f"calc-{MARKUP}", created_in="scale-up", created=30, started=31, ready=34,
                    in_endpoints=35))
    steps = [{"phase": phase, "start_s": start} for phase, start in
             [("steady", 5), ("deploy", 10), ("scale-up", 30), ("scale-down", 40)]]
    document = {
        "schema": 2, "row": row, "stage": stage, "commit": "0123456789ab",
        "began": "2026-11-27T20:00:00Z",
        "parameters": {
            "manifest": f"k8s/{MARKUP}", "executable": "CalcV4", "replicas": 3, "clients": 4,
            "phases": ["deploy"], "doors": ["tcp", "http"], "kinds": ["fresh"], "seed": 1,
            "grace_s": 30, "start_s": 1, "gone_s": 0.2, "shares_address": False},
        "spans": steps, "load_end_s": 50, "counts": counts, "failures": failures,
        "failures_dropped": 0,
        "series": {"step_ms": 200, "lines": [
            {"door": "tcp", "kind": "fresh", "sent": [8] * 250, "failed": [0] * 100 + [1] * 150}]},
        "latency_ms": {"p50": 1, "p90": 1, "p99": 1, "max": 1}, "pods": pods,
        "harness": {"own_failures": 0, "cpu": 0.5, "wall_s": 50, "believed": True, "reasons": []},
        "verdict": {"holds": True, "word": "holds", "claims": [
            {"claim": f"row {row} {MARKUP}", "holds": True, "seen": "1 of 2"}]},
    }
    if place >= 5:
        lost = 0 if row.endswith("g") else 700 + place
        document["audit"] = {
            "answered": 20000 + place * 1111, "logged": 1, "lost": lost, "undelivered": 0,
            "logged_twice": 0, "logged_though_failed": 0, "strange": 0}
        pods[0]["lost"] = lost
    return document


def totals(document):
    lines = document["counts"]
    return (sum(line["n"] for line in lines),
            sum(line["n"] for line in lines if line["outcome"] != "ok"))


def grouped(number):
    return f"{number:,}"


class PageTest(unittest.TestCase):
    """Shared by all: a folder of results, the page made of it, one browser."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.documents = {row: result(row) for row in ROWS}
        for stage in ["rehearsal", "cluster"]:
            os.makedirs(f"{cls.folder.name}/{stage}")
        for row, document in cls.documents.items():
            cls.write(f"rehearsal/{row}.json", json.dumps(document))
        old = result("4", "cluster")
        for name in ["failures", "failures_dropped", "spans", "series", "load_end_s"]:
            del old[name]
        old["schema"] = 1
        cls.write("cluster/4.json", json.dumps(old))
        cls.write("cluster/half.json", json.dumps(old)[:300])
        cls.path = f"{cls.folder.name}/picture.html"
        cls.made = subprocess.run(
            [f"{EXECUTABLES}/Show", "picture", f"rehearsal={cls.folder.name}/rehearsal",
             f"cluster={cls.folder.name}/cluster", f"page={cls.path}"],
            capture_output=True, text=True, check=False)
        cls.driver = browser()
        resize(cls.driver, 1920, 1080)

    @classmethod
    def tearDownClass(cls):
        cls.driver.quit()
        cls.folder.cleanup()

    @classmethod
    def write(cls, name, text):
        with open(f"{cls.folder.name}/{name}", "w", encoding="utf-8") as file:
            file.write(text)

    def tearDown(self):
        for entry in self.driver.get_log("browser"):
            self.check_entry(entry)
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.check_request(message["params"]["request"]["url"])

    def check_entry(self, entry):
        self.assertNotEqual(entry["level"], "SEVERE", entry)

    def check_request(self, url):
        allowed = ("file://", "data:", "chrome:", "about:")
        self.assertTrue(url.startswith(allowed), f"asked for {url}")

    def show(self, address=""):
        self.driver.get("about:blank")
        self.driver.get(f"file://{self.path}{address}")
        self.wait(lambda: self.script("return document.body.dataset.ready") == "true")

    def wait(self, check, limit=LIMIT):
        # A row that runs is drawn anew meanwhile.
        waiting = WebDriverWait(self.driver, limit, poll_frequency=0.1,
                                ignored_exceptions=[StaleElementReferenceException])
        waiting.until(lambda _: check())

    def script(self, text, *words):
        return self.driver.execute_script(text, *words)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def press(self, *keys):
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def view(self):
        return self.find("#view > section").get_attribute("data-view")

    def row(self):
        return self.find("#view > section").get_attribute("data-row")

    def address(self):
        return self.script("return location.hash")

    def ink(self, selector="#view canvas[role=img]"):
        """How many pixels of a canvas are not empty."""
        return self.script("""
          const canvas = document.querySelector(arguments[0]);
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let n = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 40) n += 1;
          return n;""", selector)


class FileTest(PageTest):
    def test_the_hall_has_a_tile_for_each_row_with_its_number(self):
        self.show()
        self.assertEqual(self.view(), "hall")
        tiles = self.all(".tile")
        self.assertEqual([tile.get_attribute("data-row") for tile in tiles], ROWS)
        for tile, row in zip(tiles, ROWS):
            document = self.documents[row]
            sent, failed = totals(document)
            audit = document.get("audit")
            number = tile.find_element(By.CSS_SELECTOR, ".number")
            self.assertEqual(number.text, grouped(audit["lost"] if audit else failed))
            size = float(number.value_of_css_property("font-size").rstrip("px"))
            self.assertGreaterEqual(size, 48, "to be read from the last row of a hall")
            also = tile.find_element(By.CSS_SELECTOR, ".also").text
            self.assertIn(grouped(audit["answered"] if audit else sent), also)
            self.assertEqual(tile.find_element(By.CSS_SELECTOR, ".badge").text, "as predicted")
            box = tile.rect
            self.assertLessEqual(box["y"] + box["height"], 1080, "the hall fits the screen")

    def test_the_numbers_of_each_row_and_class_are_those_of_the_file(self):
        for row in ROWS:
            self.show(f"#row={row}")
            document = self.documents[row]
            sums = {}
            for line in document["counts"]:
                if line["outcome"] != "ok" and line["n"] > 0:
                    sums[line["outcome"]] = sums.get(line["outcome"], 0) + line["n"]
            shown = {item.get_attribute("data-class"):
                     item.find_element(By.CSS_SELECTOR, ".count").text
                     for item in self.all(".classes li")}
            self.assertEqual(shown, {name: grouped(n) for name, n in sums.items()})
            self.find(".numbers summary").click()
            heads = [cell.text for cell in self.all("[data-table=counts] th")]
            last = [cell.text for cell in self.all("[data-table=counts] tr:last-child td")]
            table = dict(zip(heads, last))
            sent, failed = totals(document)
            self.assertEqual([table["sent"], table["failed"]], [grouped(sent), grouped(failed)])
            for name, number in sums.items():
                self.assertEqual(table[name], grouped(number))

    def test_the_mark_of_a_failure_stands_at_its_instant_and_lane(self):
        self.show("#row=4")
        failures = sorted(self.documents["4"]["failures"], key=lambda one: one["sent_s"])
        first = next(one for one in failures if one["pod"] == "calc-1-1" and one["sent_s"] > 20.2)
        # Of those at the same place the last one lies on top.
        wanted = [one for one in failures if one["pod"] == "calc-1-1"
                  and one["sent_s"] == first["sent_s"]][-1]
        box = self.find(".picture").rect
        # By the layout that draw-row.mjs has at this size: names, axis, rates, seven lanes.
        left, right = 96, box["width"] - 42
        x = left + wanted["sent_s"] / 50 * (right - left)
        lanes, rates = 7, min(96, max(48, box["height"] * 0.16))
        lane = (box["height"] - 24 - rates - 12 - 30) / lanes
        self.script("""
          const box = document.querySelector('.picture');
          const frame = box.getBoundingClientRect();
          box.dispatchEvent(new PointerEvent('pointermove', { bubbles: true,
            clientX: frame.left + arguments[0], clientY: frame.top + arguments[1] }));""",
                    x, 30 + lane * 1.42)
        tip = self.find(".tip")
        self.assertTrue(tip.is_displayed())
        self.assertIn(f"request {wanted['id']},", tip.text)
        self.assertIn("calc-1-1", tip.text)
        self.assertIn("after its deletion", tip.text)
        self.assertIn("after SIGTERM", tip.text)

    def test_keys_lead_through_the_talk(self):
        self.show()
        for key, row in [("1", "1"), ("4", "4"), ("7", "7")]:
            self.press(key)
            self.assertEqual((self.view(), self.row()), ("row", row))
        self.press("g")
        self.assertEqual(self.row(), "7g")
        self.press("g")
        self.assertEqual(self.row(), "7")
        self.press("4", "w")
        self.assertEqual((self.view(), self.row()), ("why", "4"))
        self.press("5")
        self.assertEqual((self.view(), self.row()), ("why", "5"), "the next step, as large")
        self.press("4", "b")
        self.assertEqual(self.view(), "beside")
        self.assertEqual([one.get_attribute("data-picture") for one in self.all(".picture")],
                         ["3", "4"])
        self.press("4", "c")
        self.assertEqual(self.row(), "4@cluster")
        self.press("c", "h")
        self.assertEqual(self.view(), "hall")
        self.press("?")
        self.assertTrue(self.find("#help").is_displayed())
        self.press("?")
        self.assertFalse(self.find("#help").is_displayed())
        self.press("3", Keys.ESCAPE)
        self.assertEqual(self.view(), "hall")
        self.driver.back()
        self.assertEqual((self.view(), self.row()), ("row", "3"), "as the browser's own keys do")

    def test_the_hall_is_walked_with_arrows_and_opened_with_enter(self):
        self.show()
        self.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ENTER)
        self.assertEqual(self.row(), "5")

    def test_time_is_moved_by_hand_and_stands_in_the_address(self):
        self.show("#row=4&t=12.5")
        self.assertEqual(self.find("#clock").text, "12.5 s")
        early = self.ink()
        self.press(Keys.END)
        self.assertEqual(self.address(), "#row=4")
        self.assertGreater(self.ink(), early)
        self.press(Keys.HOME, Keys.ARROW_RIGHT)
        self.assertEqual(self.address(), "#row=4&t=0.2")
        self.press(Keys.ARROW_LEFT)
        self.assertEqual(self.address(), "#row=4&t=0")

    def test_a_replay_runs_and_pauses(self):
        self.show("#row=4")
        self.press("s", "s")
        self.assertEqual(self.find("#speed").text, "16×")
        self.press(Keys.SPACE)
        self.wait(lambda: self.script("return Number(document.getElementById('time').value)") > 1)
        self.press(Keys.SPACE)
        stopped = self.find("#clock").text
        self.assertRegex(self.address(), r"^#row=4&t=\d")
        self.script("return new Promise(requestAnimationFrame)")
        self.assertEqual(self.find("#clock").text, stopped)

    def test_failures_are_told_one_by_one(self):
        self.show("#row=4")
        self.press(Keys.ARROW_DOWN)
        first = min(self.documents["4"]["failures"], key=lambda one: one["sent_s"])
        self.assertIn(first["id"], self.find(".tip").text)
        self.assertIn(first["id"], self.find("#said").get_attribute("textContent"))

    def test_why_shows_the_pod_that_is_asked_for(self):
        self.show("#row=4&view=why&pod=calc-1-2")
        self.assertIn("calc-1-2", self.find(".words").text)
        self.assertIn("no longer listened", self.find(".words").text)
        Select(self.find("select")).select_by_value("calc-1-0")
        self.assertIn("Pod calc-1-0", self.find(".words").text)
        self.assertIn("pod=calc-1-0", self.address())
        self.assertGreater(self.ink(), 10000)

    def test_two_rows_stand_beside_each_other_with_words(self):
        self.show("#row=4&view=beside&with=4@cluster")
        self.assertEqual([one.get_attribute("data-picture") for one in self.all(".picture")],
                         ["4", "4@cluster"])
        self.assertIn("on the cluster", self.find(".differences").text)

    def test_a_broken_file_is_named_and_the_rest_is_shown(self):
        self.show()
        self.assertIn("half.json is not shown", self.find("#problems").text)
        self.assertIn("half-written", self.find("#problems").text)
        self.assertIn("half.json", self.made.stderr)
        self.assertNotEqual(self.made.returncode, 0)
        self.assertEqual(len(self.all(".tile")), 9)

    def test_an_older_result_says_what_it_lacks(self):
        self.show("#row=4@cluster")
        self.assertIn("schema 1", self.find(".missing").text)
        self.assertEqual(self.find(".head .number").text, grouped(totals(self.documents["4"])[1]))

    def test_markup_stays_text(self):
        for address in ["", "#row=4", "#row=4&view=why", "#row=4&view=beside"]:
            self.show(address)
            for details in self.all("details"):
                self.script("arguments[0].open = true", details)
            self.assertEqual(self.all("img"), [])
            self.assertNotEqual(self.driver.title, "1")
        self.show("#row=4")
        self.find(".numbers summary").click()
        self.assertIn(MARKUP, self.find("[data-table=pods]").text)

    def test_paper_is_white(self):
        set_theme(self.driver, "dark")
        self.show("#row=4")
        self.assertEqual(self.script("return document.documentElement.dataset.theme"), "dark")
        self.script("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(self.script("return document.documentElement.dataset.theme"), "light")
        self.script("dispatchEvent(new Event('afterprint'))")
        self.assertEqual(self.script("return document.documentElement.dataset.theme"), "dark")
        set_theme(self.driver, "light")

    def test_each_view_at_each_size_in_light_and_dark(self):
        os.makedirs(SCREENSHOTS, exist_ok=True)
        views = {"hall": "", "row": "#row=4", "replay": "#row=6&t=21", "why": "#row=4&view=why",
                 "beside": "#row=4&view=beside"}
        for theme in ["light", "dark"]:
            set_theme(self.driver, theme)
            for size, (width, height) in SIZES.items():
                resize(self.driver, width, height)
                for name, address in views.items():
                    self.show(address)
                    wide = self.script("return document.documentElement.scrollWidth")
                    self.assertLessEqual(wide, width, f"{name} at {size} is not too wide")
                    canvas = "#view canvas:not(.mark)"
                    self.assertGreater(self.ink(canvas), 500, f"{name} at {size}, {theme}")
                    path = f"{SCREENSHOTS}/{name}-{size}-{theme}.png"
                    self.driver.save_screenshot(path)
        set_theme(self.driver, "light")
        resize(self.driver, 1920, 1080)


class LiveTest(PageTest):
    """A real rehearsal with the page live."""

    port = None
    # Of all harnesses so far: the browser asks again where one has ended.
    own = ["data:", "about:", "chrome:"]

    def check_request(self, url):
        self.assertTrue(url.startswith(tuple(self.own)), f"asked for {url}")

    def check_entry(self, entry):
        # The harness has ended: that is reported by the browser, not by the page.
        if entry["source"] != "network" or "/events" not in entry["message"]:
            super().check_entry(entry)

    def start(self, *words):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            LiveTest.port = free.getsockname()[1]
            LiveTest.own.append(f"http://localhost:{LiveTest.port}/")
        harness = subprocess.Popen(
            [f"{EXECUTABLES}/Rehearsal", "v=4", "replicas=2", "clients=8", "phases=steady deploy",
             f"page={self.port}", f"results={self.folder.name}/live", *words],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(harness.stdout.close)
        self.addCleanup(harness.wait)
        self.addCleanup(harness.kill)
        line = harness.stdout.readline()
        self.assertIn("shows it live", line)
        self.driver.get(f"http://localhost:{self.port}/")
        self.wait(lambda: self.find("#link").text == "live")
        return harness

    def test_it_grows_while_it_runs_and_ends_with_what_the_file_holds(self):
        harness = self.start()
        # A viewer that stops reading, beside.
        stopped = socket.create_connection(("127.0.0.1", self.port))
        self.addCleanup(stopped.close)
        stopped.sendall(f"GET /events HTTP/1.1\r\nHost: localhost:{self.port}\r\n\r\n".encode())
        self.wait(lambda: self.all(".tile"))
        self.press("4")
        self.wait(lambda: self.row() == "4")
        self.wait(lambda: self.find(".badge").text == "deploy")
        before = self.script("return Number(document.getElementById('time').max)")
        self.wait(lambda: self.script(
            "return Number(document.getElementById('time').max)") > before)
        self.wait(lambda: self.find("#link").text == "the rehearsal is over", 180)
        for line in harness.stdout:
            if "stays until Ctrl-C" in line:
                break
        with open(f"{self.folder.name}/live/4.json", encoding="utf-8") as file:
            document = json.load(file)
        sent, failed = totals(document)
        self.assertEqual(self.find(".head .number").text, grouped(failed))
        self.assertIn(f"of {grouped(sent)} requests", self.find(".head .noun").text)
        words = {"holds": "as predicted", "FAILS": "NOT as predicted"}
        word = document["verdict"]["word"]
        self.assertEqual(self.find(".badge").text, words.get(word, word))
        self.assertTrue(os.path.exists(f"{self.folder.name}/live.html"))
        self.assertIsNone(harness.poll(), "the page stays")
        harness.send_signal(signal.SIGINT)
        self.assertEqual(harness.wait(30), 0 if document["verdict"]["holds"] else 1)

    def test_the_harness_ends_under_a_viewer(self):
        harness = self.start()
        self.wait(lambda: self.all(".tile"))
        harness.kill()
        self.wait(lambda: "connection lost" in self.find("#link").text)
        self.assertEqual(len(self.all(".tile")), 1, "what came stands there")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
