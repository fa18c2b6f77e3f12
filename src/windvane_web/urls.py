"""Every address of the bureau. Pages need a login unless their view says ``@login_not_required``."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("org/", include("windvane_web.org.urls")),
    path("scheme/", include("windvane_web.scheme.urls")),
    path("work/", include("windvane_web.work.urls")),
    path("results/", include("windvane_web.results.urls")),
    path("rectify/", include("windvane_web.rectify.urls")),
    path("", include("windvane_web.core.urls")),
    path("", include("windvane_web.desk.urls")),
]
