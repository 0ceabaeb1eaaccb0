"""The processes that do the work, as commands: the API under gunicorn, a worker under Celery."""

import sys


def api(host: str, port: int) -> list[str]:
    """Serve the API: one process, whose threads are shared out by `app.server.rooms`."""
    return [
        sys.executable, "-m", "gunicorn", "app.wsgi:application",
        "--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "--worker-class", "app.server.worker.Worker",
        "--workers", "1",
        "--worker-connections", "1000",
        "--forwarded-allow-ips", "",
        "--forwarder-headers", "",
        "--timeout", "30",
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
