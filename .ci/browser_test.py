"""Tests the demo page in headless Chromium with real clicks, keys and dropped files.

Run it with `.ci/browser.sh`. Screenshots are written to target/screenshots/. Arguments replace the command that starts
the demo (default: `cargo demo --`).
"""

import contextlib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from playwright.sync_api import expect, sync_playwright

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCREENSHOTS = ROOT / "target/screenshots"
# The first of these that is installed.
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
FLAGS = ["--disable-gpu", "--disable-quic", "--disable-component-update", "--disable-sync"]
NARROW, WIDE = {"width": 375, "height": 812}, {"width": 1280, "height": 900}
WEEK = "2026-W47"
SALES = "sold_at,salesperson,team,amount\n2026-11-18,Zoë 山本 🚀,EMEA,8800\n2026-11-19,Nobody,,1.2.3\n"

# Finds the cells of a text table that are aligned with neither edge of their column's heading, within one pixel. Text
# tables rely on the width of each character, which fails for emoji and CJK names when padding is computed wrongly.
MISALIGNED_CELLS = """(pre) => {
  const walker = document.createTreeWalker(pre, NodeFilter.SHOW_TEXT);
  const places = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (let at = 0; at < node.length; at += 1) places.push([node, at]);
  const text = places.map(([node, at]) => node.data[at]).join('');
  const edges = (start, end) => {
    const range = document.createRange();
    range.setStart(...places[start]);
    range.setEnd(places[end - 1][0], places[end - 1][1] + 1);
    const boxes = [...range.getClientRects()];
    return [Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right))];
  };
  let from = 0;
  const rows = text.split('\\n').map((line) => {
    const cells = [...line.matchAll(/\\S+(?: \\S+)*/g)].map((cell) => ({
      text: cell[0], edges: edges(from + cell.index, from + cell.index + cell[0].length) }));
    from += line.length + 1;
    return cells;
  }).filter((cells) => cells.length);
  const [head, ...body] = rows;
  const misaligned = body.flatMap((cells) => cells.length !== head.length ? [cells.map((cell) => cell.text)] :
    cells.filter((cell, i) => ![0, 1].some((side) => Math.abs(cell.edges[side] - head[i].edges[side]) < 1)));
  return { rows: body.length, columns: head.length, misaligned };
}"""

# Finds elements that extend beyond the window, except inside containers that scroll.
OVERFLOWING_ELEMENTS = """() => [...document.querySelectorAll('body *')]
  .filter((e) => !e.closest('.scroll *, pre *, #examples *, .unseen, svg'))
  .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map((e) => e.outerHTML.slice(0, 100))"""


@contextlib.contextmanager
def step(name):
    """Prints the duration of a step."""
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:6.1f} s  {name}", flush=True)


@contextlib.contextmanager
def demo(command):
    """Runs the demo and yields its address."""
    process = subprocess.Popen(
        [*command, "--ask", "help"], cwd=ROOT, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        output = []
        for line in process.stderr:
            output.append(line)
            if found := re.search(r"Open (http://\S+) in a browser", line):
                yield found[1]
                return
        raise AssertionError("the demo printed no address: " + "".join(output))
    finally:
        process.terminate()
        process.wait(20)


class User:
    """The page as its user sees it."""

    def __init__(self, page):
        self.page = page
        self.messages = page.locator("article.app")

    def last(self):
        """Returns the latest message."""
        return self.messages.last

    def ask(self, text):
        """Types a command and returns the reply."""
        before = self.messages.count()
        box = self.page.get_by_label("Command")
        box.fill(f"/standings {text}")
        box.press("Enter")
        expect(self.messages).to_have_count(before + 1)
        return self.messages.nth(before)

    def drop(self, file):
        """Drops a file into the window, and waits until the page has repeated the last command."""
        before = self.messages.count()
        session = self.page.context.new_cdp_session(self.page)
        data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        for kind in ["dragEnter", "dragOver", "drop"]:
            session.send("Input.dispatchDragEvent", {"type": kind, "x": 200, "y": 300, "data": data})
            if kind == "dragOver":
                expect(self.page.get_by_text("Drop to upload")).to_be_visible()
        expect(self.messages).to_have_count(before + 1)
        expect(self.page.get_by_text("Drop to upload")).to_be_hidden()

    def check_layout(self, name):
        """Checks overflow and alignment in a narrow and in a wide window, and takes a screenshot of each."""
        for size in [NARROW, WIDE]:
            self.page.set_viewport_size(size)
            self.last().scroll_into_view_if_needed()
            self.page.screenshot(path=SCREENSHOTS / f"{name}-{size['width']}.png")
            root = self.page.evaluate("[document.scrollingElement.scrollWidth, document.documentElement.clientWidth]")
            assert root[0] <= root[1], f"{name}: the page is {root[0]} px wide in a window of {root[1]}"
            overflowing = self.page.evaluate(OVERFLOWING_ELEMENTS)
            assert not overflowing, f"{name}: wider than a window of {size['width']} px: {overflowing}"
            for lines in self.page.locator("pre").all():
                table = lines.evaluate(MISALIGNED_CELLS)
                assert table["rows"] and table["columns"] > 3 and not table["misaligned"], f"{name}: {table}"


def ranking_of(message):
    """Returns the ranking in a message, without the time at which it was computed."""
    return message.locator("pre").inner_text()


STYLED = "*b &lt;i&gt;* _i_ ~s~ `a*b*` 2*\u20603* <@U1> &amp;lt;"
# One message with every block that Slack can show. Its texts contain HTML and mrkdwn that must be shown as plain text.
GALLERY = {
    "response_type": "ephemeral",
    "text": "Gallery",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "<img src=x onerror=alert(1)> *plain*"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": STYLED}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "```\n#  名前     Sum  Up\n1  山田 🚀  1.5  –\n```"}},
        {"type": "divider"},
        {
            "type": "actions",
            "block_id": "acts",
            "elements": [
                {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "v=1"},
                {
                    "type": "static_select",
                    "action_id": "team",
                    "placeholder": {"type": "plain_text", "text": "Choose a Team"},
                    "options": [
                        {"text": {"type": "plain_text", "text": "All"}, "value": "all"},
                        {"text": {"type": "plain_text", "text": "EMEA"}, "value": "emea"},
                    ],
                    "initial_option": {"text": {"type": "plain_text", "text": "All"}, "value": "all"},
                },
            ],
        },
        {"type": "constructor"},
        {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": "at <!date^1795460400^{date_num_x} {time}|2026-11-23 19:00 UTC>"}],
        },
    ],
    "attachments": [
        {
            "blocks": [
                {
                    "type": "table",
                    "column_settings": [{"align": "right"}, None],
                    "rows": [
                        [{"type": "raw_text", "text": "#"}, {"type": "raw_text", "text": "Salesperson"}],
                        [{"type": "raw_number", "value": 1, "text": "1"}, {"type": "raw_text", "text": "<b>Ana</b>"}],
                    ],
                }
            ]
        }
    ],
}


def check_gallery(user):
    """Checks how the page renders messages. Replies are replaced by fixed ones, so that all kinds of blocks occur."""
    page, sent = user.page, []

    def answer(route, *messages):
        sent.append(route.request.post_data_json)
        route.fulfill(json={"status": 200, "messages": list(messages)})

    page.route("**/page/commands", lambda route: answer(route, GALLERY))
    shown = user.ask("gallery")
    assert shown.locator("h3").inner_text() == "<img src=x onerror=alert(1)> *plain*"
    assert shown.locator("img").count() == 0
    styled = shown.locator(".text").first
    assert styled.inner_text() == "b <i> i s a*b* 2*\u20603* @U1 &lt;", styled.inner_text()
    children = styled.evaluate("(e) => [...e.children].map((c) => c.localName + c.className)")
    assert children == ["b", "i", "s", "code", "spanmention"], children
    assert shown.locator(".context").inner_text() == "at 2026-11-23 19:00 UTC"
    assert shown.locator(".unknown").inner_text().startswith("“constructor” is not shown")
    assert shown.locator("tbody td").all_inner_texts() == ["1", "<b>Ana</b>"]
    assert shown.locator("tbody td").first.evaluate("(e) => getComputedStyle(e).textAlign") == "right"
    user.check_layout("gallery")

    # Selecting an option replaces the message.
    replaced = {**GALLERY, "replace_original": True, "text": "Replaced"}
    page.route("**/page/interactions", lambda route: answer(route, replaced))
    count = user.messages.count()
    shown.get_by_label("Choose a Team").select_option("EMEA")
    expect(user.last()).to_have_attribute("aria-label", "Replaced")
    expect(user.last().get_by_label("Choose a Team")).to_be_focused()
    press = sent[-1]
    option = {"text": {"type": "plain_text", "text": "EMEA"}, "value": "emea"}
    assert press["is_ephemeral"] and re.fullmatch(r"\d+\.\d{6}", press["message_ts"]), press
    assert (press["action"]["action_id"], press["action"]["block_id"]) == ("team", "acts"), press
    assert press["action"]["type"] == "static_select" and press["action"]["selected_option"] == option, press
    assert press["values"] == {"acts": {"team": {"type": "static_select", "selected_option": option}}}, press
    assert user.messages.count() == count

    # Pressing a button adds a shared message and deletes the one with the button.
    page.unroute("**/page/interactions")
    gone = [{"response_type": "in_channel", "text": "Shared"}, {"delete_original": True}]
    page.route("**/page/interactions", lambda route: answer(route, *gone))
    user.last().get_by_role("button", name="Go").click()
    expect(user.last()).to_have_attribute("aria-label", "Shared")
    expect(user.last()).not_to_contain_text("Only visible to you")
    assert sent[-1]["action"]["value"] == "v=1" and sent[-1]["message_ts"] == press["message_ts"], sent[-1]
    assert user.messages.count() == count
    page.unroute_all()


def use_page(page, folder):
    user = User(page)
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: line.type == "error" and problems.append(line.text))
    page.on("request", lambda request: request.url.startswith((page.url, "data:")) or problems.append(request.url))
    page.on("dialog", lambda dialog: dialog.accept())

    with step("ask"):
        first = user.ask(WEEK)
        expect(first).to_contain_text("Only visible to you")
        expect(first.locator("h3")).to_contain_text("W47, 16–22 Nov 2026")
        ranking = ranking_of(first)
        assert len(ranking.splitlines()) > 5, ranking
        user.check_layout("ask")

    with step("press buttons"):
        count = user.messages.count()
        first.get_by_role("button", name="Week Before").click()
        expect(first.locator("h3")).to_contain_text("W46, 9–15 Nov 2026")
        expect(first.get_by_role("button", name="Week Before")).to_be_focused()
        assert ranking_of(first) != ranking
        first.get_by_role("button", name="Week After").press("Enter")
        expect(first.locator("h3")).to_contain_text("W47, 16–22 Nov 2026")
        assert ranking_of(first) == ranking
        first.get_by_role("button", name="By Deals").click()
        expect(first.get_by_role("button", name="By Amount")).to_be_visible()
        assert ranking_of(first) != ranking
        assert user.messages.count() == count

    with step("choose a team"):
        first.get_by_label("Team").select_option("EMEA")
        expect(first.locator("h3")).to_contain_text("EMEA")
        expect(first.get_by_label("Team")).to_have_value("EMEA")
        user.check_layout("team")

    with step("share"):
        first.get_by_role("button", name="Share to Channel").click()
        expect(user.messages).to_have_count(count + 1)
        expect(user.last()).to_contain_text("Shared by you")
        expect(user.last()).not_to_contain_text("Only visible to you")
        assert ranking_of(user.last()) == ranking_of(first)
        expect(first).to_contain_text("You shared this with the channel.")
        user.check_layout("share")

    with step("see a trend"):
        shown = user.ask(WEEK)
        shown.get_by_role("button", name="Trend").click()
        chart = shown.locator("figure.chart")
        expect(chart.locator("polyline")).to_be_visible()
        assert len(chart.locator("polyline").get_attribute("points").split()) == 13
        expect(chart).to_contain_text("2026-W35")
        user.check_layout("trend")
        shown.get_by_role("button", name="Ranking").click()
        assert ranking_of(shown) == ranking

    with step("download the ranking"):
        link = user.ask(f"csv {WEEK}").get_by_role("link")
        user.check_layout("csv")
        response = page.request.get(link.get_attribute("href"))
        lines = response.text().splitlines()
        assert response.headers["content-disposition"] == f'attachment; filename="standings-{WEEK}.csv"', (
            response.headers
        )
        assert lines[0].endswith("rank,salesperson,team,amount,currency,deals,units,previous_rank"), lines[0]
        assert lines[1].startswith("1,Siobhán O'Neill,EMEA,"), lines[1]
        # The page repeats the last command after an upload.
        user.ask(WEEK)

    with step("drop a file"):
        file = folder / "late sales & more.csv"
        file.write_text(SALES)
        user.drop(file)
        expect(page.locator(".note").last).to_contain_text("1 row counts, 1 skipped (line 3")
        changed = ranking_of(user.last())
        assert changed != ranking and "Zoë 山本 🚀" in changed.splitlines()[2], changed
        expect(user.last().locator("pre mark").first).to_contain_text("Zoë")
        user.check_layout("upload")

    with step("delete the file"):
        count = user.messages.count()
        page.get_by_role("button", name=f"Delete {file.name}").click()
        expect(user.messages).to_have_count(count + 1)
        assert ranking_of(user.last()) == ranking
        expect(page.get_by_role("button", name=f"Delete {file.name}")).to_have_count(0)

    with step("drop a file that is not a sales file"):
        other = folder / "notes.txt"
        other.write_text("just words")
        user.drop(other)
        expect(page.locator(".note.bad").last).to_contain_text("notes.txt: rejected:")

    with step("messages of every kind"):
        check_gallery(user)

    assert not problems, problems


def main():
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with demo(sys.argv[1:] or ["cargo", "demo", "--"]) as address, sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS, chromium_sandbox=False)
        with tempfile.TemporaryDirectory(prefix="standings-browser-") as folder:
            page = browser.new_page(viewport=WIDE, color_scheme="light", locale="en-US", timezone_id="UTC")
            page.goto(address)
            try:
                use_page(page, pathlib.Path(folder))
            except BaseException:
                page.screenshot(path=SCREENSHOTS / "failed.png")
                raise
        browser.close()


if __name__ == "__main__":
    main()
