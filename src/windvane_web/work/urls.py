from django.urls import path

from windvane_web.work.views import data, ledger, progress, reports, verify

app_name = "work"
urlpatterns = [
    path("tasks", reports.tasks, name="tasks"),
    path("reports/<int:pk>", reports.report, name="report"),
    path("reports/<int:pk>/detach", reports.detach, name="detach"),
    path("reports/<int:pk>/sign", reports.sign_one, name="sign_one"),
    path("sign", reports.sign, name="sign"),
    path("evidence/<int:pk>", reports.evidence, name="evidence"),
    path("verify", verify.queue, name="verify"),
    path("verify/<int:pk>", verify.one, name="verify_one"),
    path("verify/<int:pk>/effect", verify.effect_of, name="effect"),
    path("progress", progress.progress, name="progress"),
    path("progress/open", progress.open_reports, name="open"),
    path("ledger", ledger.entries, name="ledger"),
    path("ledger/enter", ledger.enter, name="enter"),
    path("ledger/<int:pk>", ledger.entry, name="entry"),
    path("ledger/<int:pk>/decide", ledger.decide, name="decide"),
    path("data", data.indicators, name="indicators"),
    path("data/import", data.bring, name="import"),
    path("data/confirm", data.confirm_list, name="confirm_list"),
    path("data/confirm/<int:pk>", data.confirm, name="confirm"),
    path("data/of/<str:indicator>", data.grid, name="grid"),
]
