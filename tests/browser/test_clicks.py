"""In the browser tests a click returns when the page that follows has been read."""

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False])
def test_after_a_click_the_whole_page_is_there(visit, site, javascript):
    page = visit(java_script_enabled=javascript).page
    page.set_content(f'<a href="{site}/muster/spaet/300/">Weiter</a>')
    page.get_by_role("link").click()
    assert page.title() == "Ganz da"


def test_control_playwright_itself_does_not_wait_for_the_page(visit, site):
    page = visit().page
    page.set_content(f'<a href="{site}/muster/spaet/300/">Weiter</a>')
    page.click("a")
    assert page.title() == ""
