from django.urls import path

from windvane_web.results import views

app_name = "results"
urlpatterns = [
    path("runs", views.runs, name="runs"),
    path("runs/<int:pk>", views.run, name="run"),
    path("runs/<int:pk>/state", views.run_state, name="run_state"),
    path("runs/<int:pk>/decide", views.decide, name="decide"),
    path("runs/<int:pk>/publish", views.publish, name="publish"),
    path("runs/<int:pk>/compare", views.compare, name="compare"),
    path("runs/<int:pk>/ranking", views.ranking, name="ranking_of"),
    path("runs/<int:pk>/ranking.xlsx", views.ranking_xlsx, name="ranking_xlsx"),
    path("runs/<int:pk>/ranking.csv", views.ranking_csv, name="ranking_csv"),
    path("runs/<int:pk>/snapshot.zip", views.snapshot, name="snapshot"),
    path("runs/<int:pk>/units/<slug:unit>", views.scorecard, name="scorecard"),
    path("runs/<int:pk>/units/<slug:unit>/why/<str:node>", views.why, name="why"),
    path("runs/<int:pk>/units/<slug:unit>/why/<str:node>/<path:entry>", views.why, name="why_entry"),
    path("ranking", views.latest, name="ranking"),
    path("scorecard", views.mine, name="mine"),
    path("public", views.public_list, name="public"),
    path("public/<int:pk>", views.public, name="public_run"),
    path("public/<int:pk>/ranking.csv", views.public_csv, name="public_csv"),
    path("public/<int:pk>/snapshot.zip", views.public_snapshot, name="public_snapshot"),
]
