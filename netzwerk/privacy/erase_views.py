"""Erases a member from the officers' desk. It concerns every app, so it belongs to the site."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from kit.desk.admin import log
from kit.desk.again import password_again
from kit.desk.audit import Action
from members.models import Member
from netzwerk.privacy import my_data


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("members.delete_member", raise_exception=True)
@password_again
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what will be deleted, POST deletes it. The history records the erasure without naming the person."""
    member = get_object_or_404(Member.objects.select_related("address"), pk=pk)
    if request.method == "POST":
        with transaction.atomic():
            log(request, member, Action.ERASED, "Alle Daten gelöscht.")
            my_data.erase_member(member, objection="objection" in request.POST)
        messages.success(request, "Alle Daten der Person sind gelöscht.")
        return redirect("people")
    context = {**admin.site.each_context(request), "title": "Alle Daten löschen?", "member": member}
    return render(request, "admin/members/member/erase.html", context)
