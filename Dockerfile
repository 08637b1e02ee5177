# docker build -t elmo-explorer . && docker run --rm -p 127.0.0.1:8501:8501 elmo-explorer
# Health: http://localhost:8501/_stcore/health
FROM python:3.11-slim
RUN useradd --create-home --uid 10001 elmo
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu \
    && pip install --no-cache-dir -r requirements.txt
COPY app.py ./
COPY .streamlit .streamlit
COPY elmo elmo
COPY ui ui
COPY pages pages
USER elmo
ENV ELMO_HOME=/home/elmo/data
EXPOSE 8501
HEALTHCHECK CMD python -c "import urllib.request; urllib.request.urlopen('http://localhost:8501/_stcore/health')"
CMD ["streamlit", "run", "app.py", "--server.address", "0.0.0.0", "--server.port", "8501"]
