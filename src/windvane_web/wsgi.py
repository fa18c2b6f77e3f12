"""The web server's door. Unless WINDVANE_WORKER=apart, long work is done in a thread beside it; else start `manage.py run_jobs`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "windvane_web.settings")
application = get_wsgi_application()

if os.environ.get("WINDVANE_WORKER", "") != "apart":
    from windvane_web.core.jobs import work_inside  # the apps must be ready first

    work_inside()
