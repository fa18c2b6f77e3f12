"""Every address of the bureau. Pages need a login unless their view says ``@login_not_required``."""

from pathlib import Path

from django.urls import include, path

HERE = Path(__file__).parent
APPS = ("org", "scheme", "work", "survey", "contest", "results", "rectify")

urlpatterns = [path("accounts/", include("allauth.urls"))]
urlpatterns += [path(f"{app}/", include(f"windvane_web.{app}.urls")) for app in APPS if (HERE / app / "urls.py").exists()]
urlpatterns += [path("", include("windvane_web.core.urls")), path("", include("windvane_web.desk.urls"))]
