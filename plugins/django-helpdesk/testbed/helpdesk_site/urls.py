"""The help desk at the root, the admin's pages, and what makes both look as they should."""

from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import include, path, re_path

urlpatterns = [
    path("admin/", admin.site.urls),
    re_path(r"^static/(?P<path>.*)$", serve, {"insecure": True}),
    path("", include("helpdesk.urls", namespace="helpdesk")),
]
