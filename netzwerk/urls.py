"""All addresses of the portal (design: they are stable, German, readable aloud)."""

from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from netzwerk import health, held_mail, postbox
from netzwerk.accounts import link_views
from netzwerk.backups import views as backup_views
from netzwerk.barriers import views as barrier_views
from netzwerk.emergency import views as emergency_views
from netzwerk.pages import sitemaps, texts, views
from netzwerk.people import link_views as people_link_views
from netzwerk.privacy import erase_views
from netzwerk.privacy import views as my_data_views

handler400 = "netzwerk.pages.errors.bad_request"
handler403 = "netzwerk.pages.errors.forbidden"
handler404 = "netzwerk.pages.errors.not_found"
handler500 = "netzwerk.pages.errors.server_error"

urlpatterns = [
    path("", views.start, name="start"),
    path("impressum/", texts.show, name="imprint"),
    path("datenschutz/", texts.show, name="privacy"),
    path("barrierefreiheit/", texts.show, name="accessibility"),
    path("barrierefreiheit/melden/", barrier_views.report, name="barrier_report"),
    path("barrierefreiheit/melden/danke/", barrier_views.thanks, name="barrier_thanks"),
    path("leichte-sprache/", views.easy, name="easy"),
    path("verworfen/", views.discarded, name="discarded"),
    path("hilfe/spuren/", texts.show, name="traces"),
    path("", include("members.urls")),
    path("", include("events.urls")),
    path("wegweiser/", include("wegweiser.urls")),
    path("", include("mailings.urls")),
    path("meine-daten/", my_data_views.ask, name="my_data"),
    path("meine-daten/unterwegs/", my_data_views.sent, name="my_data_sent"),
    path("meine-daten/geloescht/", my_data_views.erased, name="my_data_erased"),
    path("meine-daten/<str:token>/", my_data_views.show, name="my_data_show"),
    path("meine-daten/<str:token>/pause/", my_data_views.pause, name="my_data_pause"),
    path("meine-daten/<str:token>/abmelden/", my_data_views.leave, name="my_data_leave"),
    path("meine-daten/<str:token>/loeschen/", my_data_views.erase, name="my_data_erase"),
    path("meine-daten/<str:token>/daten.json", my_data_views.as_json, name="my_data_json"),
    path("meine-daten/<str:token>/daten.html", my_data_views.as_page, name="my_data_page"),
    path("sitemap.xml", sitemap, {"sitemaps": sitemaps.SITEMAPS}, name="sitemap"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("healthz", health.healthz, name="healthz"),
    path("postkasten/", postbox.mails, name="postbox"),
    path("postkasten/<slug:name>/", postbox.mail, name="postbox_mail"),
    path("postkasten/<slug:name>/html/", postbox.html, name="postbox_html"),
    path("adresse/<str:token>/", people_link_views.confirm_address, name="confirm_address"),
    path("verwaltung/", include("netzwerk.people.urls")),
    path("verwaltung/mitglied/<int:pk>/loeschen/", admin.site.admin_view(erase_views.erase), name="erase_member"),
    path("verwaltung/nach-dem-einspielen/", admin.site.admin_view(backup_views.after_restore), name="after_restore"),
    path("verwaltung/notfall/", admin.site.admin_view(emergency_views.index), name="emergency"),
    path("verwaltung/notfall/karte/", admin.site.admin_view(emergency_views.card), name="emergency_card"),
    path("verwaltung/notfall/telefonliste/", admin.site.admin_view(emergency_views.numbers), name="emergency_numbers"),
    path("verwaltung/wartende/<slug:kind>/", admin.site.admin_view(held_mail.discard), name="discard_held"),
    # under the name by which the admin links to it
    path("verwaltung/passwort-vergessen/", link_views.forgotten, name="admin_password_reset"),
    path("verwaltung/", include("netzwerk.accounts.urls")),
    path("verwaltung/", include("netzwerk.report.urls")),
    path("verwaltung/", admin.site.urls),
]
