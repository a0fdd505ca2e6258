#!/usr/bin/env bash
# The page with nine rows of 500 clients, 20,000 failures and 300 pods, in Chromium: size, time to
# open, frames while time is moved. A yardstick: figures depend on the machine.
# Its arguments are the command that builds.
set -euo pipefail
# shellcheck source=Scripts/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

[ $# -gt 0 ] || refuse "bench-page.sh takes the command that builds: use make bench-page"
need chromedriver "with Debian: apt install chromium chromium-driver python3-selenium"
Scripts/build.sh .build/release/Show 'the picture' 'about a minute' "$@" --product Show
EXECUTABLES=$ROOT/.build/release /usr/bin/python3 Tests/BrowserTests/page_bench.py
