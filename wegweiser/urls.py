from django.urls import path

from wegweiser import offer_views
from wegweiser.brochure import views as brochure_views
from wegweiser.checking import views as check_views
from wegweiser.open_data import views as open_data_views
from wegweiser.reporting import views as report_views
from wegweiser.search import views as search_views

app_name = "wegweiser"

urlpatterns = [
    path("", search_views.show, name="search"),
    path("vorschlaege.json", search_views.suggestions, name="suggestions"),
    path("feed/", open_data_views.OfferFeed(), name="feed"),
    path("angebote.json", open_data_views.as_json, name="json"),
    path("angebote.csv", open_data_views.as_csv, name="csv"),
    path("services", open_data_views.services, name="services"),
    path("services/<str:key>", open_data_views.service, name="service"),
    path("wegweiser.pdf", brochure_views.brochure, name="brochure"),
    path("lebenslage/<slug:slug>/", offer_views.situation, name="situation"),
    path("thema/<slug:slug>/", search_views.topic, name="topic"),
    path("angebot-melden/", report_views.report, name="report"),
    path("angebot-melden/unterwegs/", report_views.sent, name="report_sent"),
    path("angebot-melden/danke/", report_views.thanks, name="report_thanks"),
    path("angebot-melden/<str:token>/", report_views.confirm, name="report_confirm"),
    path("pruefen/<str:token>/", check_views.check, name="check"),
    path("pruefen/<str:token>/aendern/", check_views.change, name="check_change"),
    path("<slug:slug>/", offer_views.offer, name="offer"),
    path("<slug:slug>/hinweis/", report_views.hint, name="hint"),
    path("<slug:slug>/hinweis/danke/", report_views.hint_thanks, name="hint_thanks"),
]
