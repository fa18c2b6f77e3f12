"""The settings of the bureau for tests: data in a temporary folder, quick passwords; PostgreSQL where the environment names one."""

import os
import tempfile

os.environ.setdefault("WINDVANE_DATA", tempfile.mkdtemp(prefix="windvane-tests-"))
os.environ.setdefault("WINDVANE_SECRET", "for tests only")

from windvane_web.settings import *  # noqa: F403  # the environment must be set before

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
