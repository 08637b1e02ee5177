# docker build -t elmo-explorer . && docker run --rm -p 127.0.0.1:7860:7860 elmo-explorer
# Another port: -e PORT=8080. Another user: --user 1234, or --build-arg USER_ID=1234. Health: /_stcore/health
# On Hugging Face Spaces this file runs as it is: docs/CONTRIBUTING.md, "On a server".
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir wheels .

FROM python:3.13-slim
ARG USER_ID=1000
RUN useradd --create-home --uid $USER_ID elmo
WORKDIR /install
COPY requirements.txt .
RUN pip install --no-cache-dir --no-deps --retries 1 --index-url https://download.pytorch.org/whl/cpu "$(grep ^torch== requirements.txt)" || echo "torch is taken from PyPI"
RUN pip install --no-cache-dir -r requirements.txt
COPY --from=build /source/wheels wheels
RUN pip install --no-cache-dir --no-deps wheels/*.whl
# Any user may write there, so that --user works.
RUN mkdir --mode 1777 /data
WORKDIR /data
ENV HOME=/data ELMO_HOME=/data/elmo PORT=7860 USER=elmo PYTHONUNBUFFERED=1
USER elmo
EXPOSE 7860
HEALTHCHECK --start-period=60s CMD python -c "import os, urllib.request as r; r.urlopen(f'http://localhost:{os.environ[\"PORT\"]}/_stcore/health')"
CMD exec elmo-explorer --no-browser --host 0.0.0.0 --port "$PORT"
