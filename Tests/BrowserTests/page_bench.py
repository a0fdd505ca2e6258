#!/usr/bin/env python3
"""How fast the page is with nine rows, 20,000 failures and 300 pods: make bench-page."""

import json
import os
import statistics
import subprocess
import sys
import tempfile

from page_test import EXECUTABLES, ROWS, browser, pod, resize, result

FAILURES = 20_000
PODS = 300


def heavy(row):
    """A row with its share of failures and pods, on pods that are all deleted."""
    document = result(row)
    pods = [pod(f"calc-1-{n}", created=n / 3, started=1 + n / 3, ready=4 + n / 3,
                in_endpoints=4 + n / 3, deletion=20 + n, deleted_in="deploy", sigterm=20 + n,
                exit=20.2 + n, code=0, out_of_endpoints=21 + n)
            for n in range(-(-PODS // len(ROWS)))]
    outcomes = ["refused", "reset", "eof", "timeout", "unreachable", "http_502", "http_503"]
    failures = []
    for n in range(-(-FAILURES // len(ROWS))):
        to = pods[n % len(pods)]
        failures.append({
            "sent_s": to["deletion"] + n / FAILURES * 9, "took_s": 0.0123, "phase": "deploy",
            "door": "tcp", "kind": "fresh", "outcome": outcomes[n % len(outcomes)],
            "id": f"{row}-{n % 500}-{n}", "pod": to["name"]})
    document.update(pods=pods, failures=failures, load_end_s=60)
    return document


def main():
    with tempfile.TemporaryDirectory() as folder:
        documents = [heavy(row) for row in ROWS]
        os.mkdir(f"{folder}/rehearsal")
        for document in documents:
            with open(f"{folder}/rehearsal/{document['row']}.json", "w", encoding="utf-8") as file:
                json.dump(document, file)
        path = f"{folder}/picture.html"
        subprocess.run([f"{EXECUTABLES}/Show", "picture", f"rehearsal={folder}/rehearsal",
                        f"cluster={folder}/none", f"page={path}"], check=True,
                       stdout=subprocess.DEVNULL)
        driver = browser()
        try:
            resize(driver, 1920, 1080)
            opened = statistics.median(open_page(driver, path) for _ in range(5))
            frames = scrub(driver, path)
            figures = [
                ("rows, failures, pods", f"{len(documents)}, "
                 f"{sum(len(one['failures']) for one in documents):,}, "
                 f"{sum(len(one['pods']) for one in documents)}", "", True),
                limited("size, MB", os.path.getsize(path) / 1e6, 3),
                limited("to open from disk, s (median of 5)", opened / 1000, 2),
                limited("a frame while time is moved, ms (median)", statistics.median(frames), 50),
                limited("a frame while time is moved, ms (longest of 100)", max(frames), 50),
            ]
        finally:
            driver.quit()
    for name, value, limit, _ in figures:
        print(f"  {name:50}  {value:>14}  {limit}".rstrip())
    return 0 if all(holds for *_, holds in figures) else 1


def limited(name, value, limit):
    return name, f"{value:.2f}", f"at most {limit}", value <= limit


def open_page(driver, path):
    """From the navigation's start to the first frame with everything, in ms."""
    driver.get("about:blank")
    driver.get(f"file://{path}")
    return driver.execute_async_script("""
      const done = arguments[0];
      const ready = () => {
        if (document.body.dataset.ready !== 'true') return setTimeout(ready, 1);
        const loaded = performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd;
        const before = performance.now();
        // What was drawn is there when a pixel can be read.
        for (const canvas of document.querySelectorAll('canvas')) {
          canvas.getContext('2d').getImageData(0, 0, 1, 1);
        }
        done(loaded + performance.now() - before);
      };
      ready();""")


def scrub(driver, path):
    """How long each of 100 frames takes from the slider's move to its pixels, in ms."""
    driver.get("about:blank")
    driver.get(f"file://{path}#row=4")
    return driver.execute_async_script("""
      const done = arguments[0];
      const slider = document.getElementById('time');
      const canvas = document.querySelector('.picture canvas');
      const times = [];
      const move = () => {
        if (times.length === 100) return done(times);
        const before = performance.now();
        slider.value = String((times.length * 37 % 100) / 100 * Number(slider.max));
        slider.dispatchEvent(new Event('input'));
        canvas.getContext('2d').getImageData(0, 0, 1, 1);
        times.push(performance.now() - before);
        requestAnimationFrame(move);
      };
      // What is drawn when the row opens is no frame of the move.
      canvas.getContext('2d').getImageData(0, 0, 1, 1);
      requestAnimationFrame(move);""")


if __name__ == "__main__":
    sys.exit(main())
