"""The button "Seite verlassen" (P-23): at once, without a trace in Back, by mouse, keyboard or Shift three times."""

import pytest

from tests.browser.conftest import EXIT

pytestmark = pytest.mark.browser


def test_page_is_hidden_at_once(visit):
    page = visit().open("/hilfe/spuren/")
    display, passed = page.evaluate("""() => {
      const start = performance.now();
      document.querySelector(".exit").click();
      return [getComputedStyle(document.body).display, performance.now() - start];
    }""")
    assert display == "none"
    assert passed < 200
    page.wait_for_url(EXIT)


@pytest.mark.slow
def test_back_does_not_show_the_page_that_was_left(visit):
    visitor = visit()
    visitor.open("/impressum/")
    page = visitor.open("/hilfe/spuren/")
    page.locator(".exit").click()
    page.wait_for_url(EXIT)
    assert len(visitor.context.pages) == 1  # no new tab: its closing would show the page
    page.go_back(wait_until="commit")
    page.wait_for_url(EXIT)
    page = visitor.open("/impressum/")  # asked for by its address
    assert page.locator("h1").is_visible()
    page.reload()
    assert page.url.endswith("/impressum/")
    visitor.open("/")
    page.go_back()
    assert page.url.endswith("/impressum/"), "within the portal Back works as ever"


@pytest.mark.slow
def test_back_does_not_bring_a_search_back(visit):
    """Not from the browser's memory of pages either, where they lie as they were."""
    visitor = visit()
    visitor.open("/wegweiser/?q=frauenhaus")
    page = visitor.open("/wegweiser/?q=frauenhaus&ort=siegen")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_url(EXIT)
    page.go_back(wait_until="commit")
    page.wait_for_url(EXIT)


def test_back_never_ends_on_a_personal_page(visit):
    visitor = visit()
    page = visitor.open("/muster/link/")
    page.get_by_role("link", name="Datenschutz").click()
    page.go_back()
    assert page.url.endswith("/muster/link/")  # within the portal Back works as ever
    page.get_by_role("link", name="Datenschutz").click()
    page.locator(".exit").click()
    page.wait_for_url(EXIT)
    page.go_back(wait_until="commit")
    page.wait_for_url(EXIT)


@pytest.mark.slow
def test_back_from_another_site_never_ends_on_a_personal_page(visit):
    visitor = visit()
    page = visitor.open("/muster/link/")
    page.goto(EXIT)
    page.go_back(wait_until="commit")
    page.wait_for_url(f"{visitor.site}/")
    assert "Link" not in page.locator("h1").inner_text()


def test_three_presses_of_shift(visit):
    page = visit().open("/hilfe/spuren/")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(EXIT)


def test_typing_capitals_leaves_nothing(visit):
    page = visit().open("/muster/formular/")
    field = page.locator("#id_name")
    field.focus()
    for letter in "KIMS":
        page.keyboard.press(f"Shift+{letter}")
    assert field.input_value() == "KIMS"
    assert page.url.endswith("/muster/formular/")


def test_slow_presses_leave_nothing(visit):
    visitor = visit()
    visitor.page.clock.install()
    page = visitor.open("/hilfe/spuren/")
    page.evaluate("""() => {
      for (const at of [0, 3000, 6000]) {
        const event = new KeyboardEvent("keydown", { key: "Shift" });
        Object.defineProperty(event, "timeStamp", { value: at });
        document.dispatchEvent(event);
      }
    }""")
    assert page.url.endswith("/hilfe/spuren/")
    assert page.locator("h1").is_visible()


def test_way_out_is_an_early_stop_of_the_keyboard(visit):
    page = visit(1280, 800).open("/")
    stops = []
    for _ in range(3):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.className"))
    assert stops == ["skip", "brand", "exit"]
    page.keyboard.press("Enter")
    page.wait_for_url(EXIT)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/muster/fehler/"])
def test_focus_never_hides_behind_the_bar(visit, path):
    page = visit(360, 640).open(path)
    seen = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        hidden, what = page.evaluate("""() => {
          const control = document.activeElement;
          const box = control.getBoundingClientRect();
          const bar = document.querySelector(".bar").getBoundingClientRect();
          const below = box.top >= bar.top && !control.closest(".bar");
          return [below, control.outerHTML.slice(0, 100) + box.top];
        }""")
        assert not hidden, what
        if what in seen:
            break
        seen.add(what)


def test_error_summary_has_the_focus_and_leads_to_the_fields(visit):
    page = visit().open("/muster/fehler/")
    page.wait_for_function("document.activeElement.className === 'alert alert-danger'")  # autofocus waits for a frame
    page.get_by_role("link", name="Wo wohnen Sie?").click()
    assert page.evaluate("document.activeElement.id") == "id_town"
    page.get_by_role("link", name="Wie?").click()
    assert page.evaluate("document.activeElement.id") == "id_way"
