"""The supervisor: starts the parts in order, watches them, starts them again, stops them in reverse."""

import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from service import guards, log_files, roles, valkey
from service.environment import for_children
from service.errors import CannotStart, PartDied
from service.interrupts import Stopping, undisturbed
from service.parts import Part, Running
from store import Settings
from store.database.database import Database
from store.database.migrations import migrate
from store.redis.connection import RedisLink

STARTING_SECONDS = 180
LOOK_SECONDS = 0.2
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
MOST_EXITS = 8
Say = Callable[[str], None]


@dataclass
class KeptPart:
    """A part that is started again when it dies, after a pause that grows unless it had run for long."""

    part: Part
    running: Running
    started_at: float
    most_exits: float  # in a row, each soon after the start: then it gives up
    pause: float = FIRST_PAUSE_SECONDS
    again_at: float | None = None
    exits_in_a_row: int = 0

    def note_death(self, now: float) -> None:
        """Set when to start again; raise when that has not helped."""
        self.running.stop()  # what a killed parent left behind goes too
        if now - self.started_at > STEADY_SECONDS:
            self.pause, self.exits_in_a_row = FIRST_PAUSE_SECONDS, 0
        self.exits_in_a_row += 1
        if self.exits_in_a_row >= self.most_exits:
            raise PartDied(
                f"{self.part.name} ended {self.exits_in_a_row} times in a row "
                f"(the last time by {how(self.running.exit_code or 0)}):\n{self.running.last_words()}"
            )
        self.again_at = now + self.pause

    def start_again(self, now: float) -> None:
        """Start the same command anew."""
        with undisturbed():
            self.running, self.started_at = self.part.start(), now
        self.pause, self.again_at = min(self.pause * 2, LONGEST_PAUSE_SECONDS), None


@dataclass
class Supervisor:
    """A running service; `url` answers."""

    settings: Settings
    host: str
    port: int
    workers: int
    say: Say
    slots: list[KeptPart] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the service is."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  # compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def start(self) -> None:
        """Start everything in order: Valkey, tables, workers, API."""
        guards.check_port(self.host, self.port)
        self._prepare_database()
        if self.settings.redis_url is None:
            server, self.settings = valkey.part(self.settings)
            valkey.wait_until_ready(self._start(server), self.settings.redis_url or "")
        elif not is_answering(self.settings.redis_url):
            self.say("CHAINRULE_REDIS_URL does not answer: jobs are accepted, and wait until it does")
        for number in range(1, self.workers + 1):
            self._start(self._worker(number), most_exits=float("inf"))  # a machine too small for a job may get room
        api = self._start(self._part("api", roles.api(self.host, self.port), stop_seconds=10))
        self._wait_until_ready(api)

    def watch(self) -> None:
        """Look after the parts once: start dead ones again; raise when one dies over and over."""
        now = time.monotonic()
        for slot in self.slots:
            log_files.rotate(slot.part.log)
            if slot.running.exit_code is None:
                continue
            if slot.again_at is None:
                slot.note_death(now)
                self.say(f"{slot.part.name} ended ({how(slot.running.exit_code)}); starting it again")
            elif now >= slot.again_at:
                slot.start_again(now)

    def stop(self) -> None:
        """Stop everything in reverse order; workers together, so that their drains overlap."""
        with undisturbed():
            for slot in self._named("api"):
                slot.running.stop()
            for slot in self._named("worker"):
                slot.running.ask_to_stop()
            for slot in reversed(self.slots):
                slot.running.stop()

    def _named(self, beginning: str) -> list[KeptPart]:
        return [slot for slot in self.slots if slot.part.name.startswith(beginning)]

    def _prepare_database(self) -> None:
        database = Database(self.settings.database_url)
        try:
            migrate(database)
            guards.check_key(self.host, self.settings, database)
        finally:
            database.close()

    def _start(self, part: Part, *, most_exits: float = MOST_EXITS) -> Running:
        with undisturbed():  # a process that was started and not noted would never be stopped
            self.slots.append(KeptPart(part, part.start(), time.monotonic(), most_exits))
        return self.slots[-1].running

    def _part(self, name: str, command: list[str], *, stop_seconds: float) -> Part:
        return Part(
            name=name,
            command=command,
            environment=for_children(self.settings),
            log=self.settings.home / "logs" / f"{name}.log",
            stop_seconds=stop_seconds,
        )

    def _worker(self, number: int) -> Part:
        name = f"worker-{number}"
        return self._part(name, roles.worker(name), stop_seconds=25)

    def _wait_until_ready(self, api: Running) -> None:
        until = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < until:
            if api.exit_code is not None:
                raise CannotStart(f"The API did not start ({how(api.exit_code)}):\n{api.last_words()}")
            if is_ready(self.url):
                return
            time.sleep(0.05)
        raise CannotStart(f"The API did not answer within {STARTING_SECONDS} s:\n{api.last_words()}")


def is_answering(redis_url: str) -> bool:
    """Tell whether there is a Redis at an address."""
    link = RedisLink(redis_url, answer_seconds=2)
    try:
        return link.ping()
    finally:
        link.close()


def is_ready(url: str) -> bool:
    """Tell whether the API answers and finds its database."""
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=2) as answer:  # noqa: S310  # our own address
            return bool(answer.status == HTTPStatus.OK)
    except OSError:  # also what urllib raises for a refusal
        return False


def how(exit_code: int) -> str:
    """Say how a process ended."""
    return f"signal {-exit_code}" if exit_code < 0 else f"exit {exit_code}"


@contextmanager
def running(settings: Settings, *, host: str, port: int, workers: int, say: Say) -> Iterator[Supervisor]:
    """Give a running service; nothing is left of it afterwards."""
    with guards.only_one(settings.home):
        supervisor = Supervisor(replace(settings), host, port, workers, say)
        try:
            supervisor.start()
            yield supervisor
        finally:
            supervisor.stop()


def run_until_stopped(settings: Settings, *, host: str, port: int, workers: int, say: Say) -> None:
    """Run the service until somebody asks it to stop."""
    stopping = Stopping()
    with (
        suppress(KeyboardInterrupt),  # Python may also have swallowed it, in a finalizer: then `asked` tells
        running(settings, host=host, port=port, workers=workers, say=say) as service,
    ):
        say(f"Chainrule is at {service.url}   (docs: {service.url}/docs)")
        say(f"{workers} worker{'s' * (workers != 1)} · data in {settings.home} · Ctrl-C stops everything")
        say(f"Try: curl -H 'Content-Type: text/csv' --data-binary @your.csv {service.url}/v1/datasets")
        while not stopping.asked:
            service.watch()
            time.sleep(LOOK_SECONDS)
    say("stopped")
