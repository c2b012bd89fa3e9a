from django.urls import URLPattern

app_name = "wegweiser"

urlpatterns: list[URLPattern] = []
