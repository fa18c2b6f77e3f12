from django.urls import path

from windvane_web.scheme import book_views, views

app_name = "scheme"
urlpatterns = [
    path("", views.in_force, name="in_force"),
    path("versions", views.versions, name="versions"),
    path("draft", views.draft, name="draft"),
    path("check", views.check, name="check"),
    path("compare", views.comparison, name="compare"),
    path("versions/<int:pk>", views.version, name="version"),
    path("versions/<int:pk>/edit", views.edit, name="edit"),
    path("versions/<int:pk>/freeze", views.freeze, name="freeze"),
    path("versions/<int:pk>/scheme.yaml", views.download, {"kind": "yaml"}, name="yaml"),
    path("versions/<int:pk>/scheme.xlsx", views.download, {"kind": "xlsx"}, name="xlsx"),
    path("books", book_views.books, name="books"),
    path("books.xlsx", book_views.books_file, {"kind": "xlsx"}, name="books_xlsx"),
    path("books.csv", book_views.books_file, {"kind": "csv"}, name="books_csv"),
    path("books/import", book_views.import_books, name="import_books"),
    path("books/freeze", book_views.freeze_all, name="freeze_books"),
    path("books/begin/<int:pk>", book_views.begin, name="begin"),
    path("books/<int:pk>", book_views.book, name="book"),
    path("books/<int:pk>/print", book_views.print_book, name="print_book"),
    path("books/<int:pk>/add", book_views.add_task, name="add_task"),
    path("books/<int:pk>/do/<slug:verb>", book_views.deed, name="deed"),
    path("books/tasks/<int:pk>/edit", book_views.edit_task, name="edit_task"),
    path("books/tasks/<int:pk>/remove", book_views.remove_task, name="remove_task"),
    path("books/tasks/<int:pk>/amend", book_views.propose, name="propose"),
    path("amendments", book_views.amendments, name="amendments"),
    path("amendments/<int:pk>", book_views.amendment, name="amendment"),
]
