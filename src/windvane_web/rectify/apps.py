from django.apps import AppConfig


class RectifyConfig(AppConfig):
    name = "windvane_web.rectify"
    label = "rectify"
    default_auto_field = "django.db.models.BigAutoField"
