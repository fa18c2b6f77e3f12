from django.urls import path

from windvane_web.org import people_views, views

urlpatterns = [
    path("me", views.me, name="me"),
    path("cycles", views.cycles, name="cycles"),
    path("cycles/open", views.open_cycle, name="open_cycle"),
    path("cycles/<int:pk>/move", views.move_cycle, name="move_cycle"),
    path("classes/add", views.add_class, name="add_class"),
    path("units", views.units, name="units"),
    path("units/file", views.units_file, name="units_file"),
    path("units/import", views.import_units, name="import_units"),
    path("units/<str:code>", views.unit, name="unit"),
    path("units/<str:code>/edit", views.edit_unit, name="edit_unit"),
    path("units/<str:code>/succeed", views.succeed, name="succeed"),
    path("members/<int:pk>", views.edit_member, name="edit_member"),
    path("people", people_views.people, name="people"),
    path("people/add", people_views.add_person, name="add_person"),
    path("people/form", people_views.people_form, name="people_form"),
    path("people/import", people_views.import_people, name="import_people"),
    path("people/<int:pk>", people_views.person, name="person"),
    path("people/<int:pk>/edit", people_views.edit_person, name="edit_person"),
    path("people/<int:pk>/password", people_views.set_password, name="set_password"),
    path("people/<int:pk>/switch", people_views.switch_person, name="switch_person"),
    path("people/<int:pk>/grant", people_views.grant, name="grant"),
    path("roles/<int:pk>/revoke", people_views.revoke, name="revoke"),
]
