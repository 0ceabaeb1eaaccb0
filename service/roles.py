"""The processes that do the work, as commands: the API under gunicorn, a worker under Celery."""

import sys

API_THREADS = 32


def api(host: str, port: int) -> list[str]:
    """Serve the API: one process whose threads also carry long polls; NumPy and the database release the GIL."""
    return [
        sys.executable, "-m", "gunicorn", "app.wsgi:application",
        "--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "--worker-class", "gthread",
        "--workers", "1",
        "--threads", str(API_THREADS),
        "--worker-connections", "512",
        "--timeout", "120",
        "--graceful-timeout", "5",
        "--keep-alive", "5",
        "--worker-tmp-dir", "/dev/shm" if sys.platform == "linux" else "/tmp",  # noqa: S108  # its heartbeat file; a slow disk would look like a dead worker
        "--no-control-socket",
        "--log-level", "warning",
    ]  # fmt: skip


def worker(name: str) -> list[str]:
    """Run one slot: one process that trains one job at a time, and its parent."""
    return [
        sys.executable, "-m", "celery", "--quiet", "--app", "worker.celery", "worker",
        "--concurrency", "1",
        "--hostname", f"{name}@%h",
        "--without-mingle", "--without-gossip", "--without-heartbeat",
        "--loglevel", "WARNING",
    ]  # fmt: skip
