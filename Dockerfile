# Warmstone in one image, for amd64 and arm64. Alone it runs everything, for trying: docs/try.md. With compose.yaml it is
# web server, worker and clock of a practice: docs/install.md. Nothing is compiled and no script of a package runs.

# The Debian and the Python that continuous integration has, which makes this image step by step (tests/image/).
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/warmstone
# The packages first: they stay while only the program changes.
COPY requirements.txt requirements-dev.txt package.json package-lock.json .npmrc ./
COPY tools/setup.py tools/
RUN python tools/setup.py --production
COPY . .
RUN .venv/bin/python -m compileall -q clinic clients booking \
    && STATIC_ROOT=/srv/warmstone/static DATA_DIR=/tmp/data .venv/bin/python manage.py collectstatic --no-input --verbosity 0

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 warmstone \
    && useradd --uid 10001 --gid warmstone --home-dir /data --no-create-home warmstone \
    && install --directory --owner warmstone --group warmstone --mode 0750 /data
COPY --from=build /srv/warmstone /srv/warmstone
WORKDIR /srv/warmstone
ENV DATA_DIR=/data \
    STATIC_ROOT=/srv/warmstone/static \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# A number, so that who runs it can see that it is not root's.
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s \
    CMD ["/srv/warmstone/deploy/container", "healthy"]
ENTRYPOINT ["/srv/warmstone/deploy/container"]
CMD ["everything"]
