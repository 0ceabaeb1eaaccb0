# One image for every role: `api`, `worker`, `migrate` — the command decides.
# `--build-arg BASE_PYTHON=3.12` builds on another Python; all from 3.11 to 3.15 have the packages of the lock.
ARG BASE_PYTHON=3.14

# --- packages, from the lock and nothing else -------------------------------------------------------------------------
FROM python:${BASE_PYTHON}-slim AS packages
# System certificates: a base image behind a company proxy brings its own.
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PROJECT_ENVIRONMENT=/opt/venv UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1
RUN pip install --no-cache-dir "uv>=0.13,<0.14"
WORKDIR /build
COPY pyproject.toml uv.lock ./
COPY client/pyproject.toml client/pyproject.toml
# The workspace itself is not installed: the source is put on the path below, so that a changed line of code
# does not rebuild the layer of packages.
# `--build-arg EXTRA_GROUP=numba` adds compiled kernels, chosen by CHAINRULE_KERNELS=numba.
ARG EXTRA_GROUP=""
RUN uv sync --locked --no-install-workspace --no-default-groups ${EXTRA_GROUP:+--group "$EXTRA_GROUP"}

# --- what runs --------------------------------------------------------------------------------------------------------
FROM python:${BASE_PYTHON}-slim
RUN groupadd --system --gid 10001 chainrule \
 && useradd --system --uid 10001 --gid chainrule --home-dir /var/lib/chainrule --create-home chainrule
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/chainrule
COPY . .
# One BLAS thread per process: N workers beat one worker with N threads, and the number of threads changes bits.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/srv/chainrule:/srv/chainrule/client/src \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 \
    CHAINRULE_HOME=/var/lib/chainrule
USER chainrule
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "service"]
CMD ["api", "--host", "0.0.0.0", "--port", "8000"]
