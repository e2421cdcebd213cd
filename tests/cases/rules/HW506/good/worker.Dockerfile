FROM python:3.13-slim
RUN --mount=type=cache,target=/root/.cache/pip --mount=type=bind,source=requirements.txt,target=/requirements.txt \
    pip install --requirement /requirements.txt
