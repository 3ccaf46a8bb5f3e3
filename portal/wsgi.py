"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

# Views are imported now rather than by the first visitor. All that is loaded stays to the end of the process: the
# collector need not walk through hundreds of thousands of such objects again with every few pages.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
