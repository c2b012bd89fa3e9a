from django.urls import path

from mailings import views
from mailings.returns import webhooks

app_name = "mailings"

urlpatterns = [
    path("nachricht/<str:token>/", views.read, name="read"),
    path("post/<slug:provider>/tracking/", webhooks.take, name="webhook"),
]
