from django.urls import path

from windvane_web.rectify import problem_views, views

app_name = "rectify"
urlpatterns = [
    path("appeals", views.appeals, name="appeals"),
    path("appeals.xlsx", views.appeals_file, name="appeals_file"),
    path("appeals/<int:pk>", views.appeal, name="appeal"),
    path("appeals/<int:pk>/take", views.take, name="take"),
    path("appeals/<int:pk>/uphold", views.uphold, name="uphold"),
    path("appeals/<int:pk>/dismiss", views.dismiss, name="dismiss"),
    path("appeals/<int:pk>/rerun", views.rerun, name="rerun"),
    path("runs/<int:pk>/units/<slug:unit>/appeal/<str:node>", views.file, name="appeal_file"),
    path("runs/<int:pk>/units/<slug:unit>/appeal/<str:node>/<path:entry>", views.file, name="appeal_file"),
    path("runs/<int:pk>/propose", problem_views.propose, name="propose"),
    path("problems", problem_views.problems, name="problems"),
    path("problems.xlsx", problem_views.problems_file, name="problems_file"),
    path("problems/list", problem_views.printed, name="printed"),
    path("problems/find", problem_views.find, name="find"),
    path("problems/<int:pk>", problem_views.problem, name="problem"),
    path("problems/<int:pk>/<slug:deed>", problem_views.do, name="do"),
]
