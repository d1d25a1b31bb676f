FROM node:22-slim AS page
WORKDIR /page
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend ./
RUN npm run build

FROM python:3.11-slim
# Fonts are for names and answers in other scripts, in reports as PDF.
RUN apt-get update && apt-get install -y --no-install-recommends make flite fonts-dejavu-core fonts-droid-fallback && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/greenroom
COPY pyproject.toml requirements.txt requirements-models.txt Makefile hatch_build.py README.md LICENSE NOTICE alembic.ini ./
COPY backend backend
COPY alembic alembic
COPY docs/asyncapi.yaml docs/
COPY --from=page /page/dist frontend/dist
ENV PATH=/srv/greenroom/.venv/bin:$PATH DATA_DIR=/data/var UPLOAD_DIR=/data/uploads MODELS_DIR=/srv/greenroom/models
# Speech and voices are in the image, 400 MB; --build-arg GREENROOM_MODELS=none leaves them out. The account of the
# server owns its data and its models (`greenroom models download`), and nothing else.
ARG GREENROOM_MODELS=all
RUN make install && useradd --create-home --uid 10001 greenroom \
  && mkdir -p /data/var /data/uploads models && chown -R greenroom:greenroom /data models && chmod -R go-rwx /data
USER greenroom
VOLUME /data
EXPOSE 8000
# The port is PORT, 8000 by default; a prefix changes nothing for a call from within.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD \
  ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '8000') + '/health', timeout=4)"]
CMD ["greenroom", "serve", "--host", "0.0.0.0"]
