"""Settings are read once, and a wrong one is explained."""

from pathlib import Path

import pytest

from store import open_store
from store.errors import SettingsError
from store.settings.settings import SETTINGS, Settings


def test_nothing_set_means_the_embedded_service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The one command must work without a single variable."""
    monkeypatch.chdir(tmp_path)

    settings = Settings.from_environment({})

    assert settings.home == tmp_path / ".chainrule"
    assert settings.database_url == f"sqlite:///{tmp_path}/.chainrule/chainrule.db"
    assert settings.redis_url is None
    assert settings.max_upload_bytes == 2 << 30


def test_what_is_set_is_used() -> None:
    """Each variable must reach its field."""
    settings = Settings.from_environment(
        {
            "CHAINRULE_HOME": "/srv/chainrule",
            "CHAINRULE_DATABASE_URL": "postgres://u:p%40ss@db/chainrule",
            "CHAINRULE_REDIS_URL": "unix:///run/valkey.sock?db=1",
            "CHAINRULE_API_KEY": "sixteen letters!",
            "CHAINRULE_ALLOWED_HOSTS": "a.example, b.example,",
            "CHAINRULE_MAX_UPLOAD_BYTES": "3 GiB",
            "CHAINRULE_HEARTBEAT_SECONDS": "0.5",
        },
    )

    assert settings.home == Path("/srv/chainrule")
    assert settings.database_url == "postgresql://u:p%40ss@db/chainrule"
    assert settings.redis_url == "unix:///run/valkey.sock?db=1"
    assert settings.api_key == "sixteen letters!"
    assert settings.allowed_hosts == ("a.example", "b.example")
    assert settings.max_upload_bytes == 3 << 30
    assert settings.heartbeat_seconds == 0.5


def test_an_empty_variable_is_as_none() -> None:
    """Compose files pass `${X:-}` where nothing is meant."""
    assert Settings.from_environment({"CHAINRULE_REDIS_URL": ""}).redis_url is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("CHAINRULE_DATABASE_URL", "mysql://h/x"),
        ("CHAINRULE_DATABASE_URL", "sqlite://"),
        ("CHAINRULE_DATABASE_URL", "postgresql+psycopg2://h/x"),
        ("CHAINRULE_DATABASE_URL", "chainrule.db"),
        ("CHAINRULE_REDIS_URL", "http://h"),
        ("CHAINRULE_REDIS_URL", "redis://"),
        ("CHAINRULE_REDIS_URL", "redis://h:port"),
        ("CHAINRULE_MAX_BODY_BYTES", "0"),
        ("CHAINRULE_MAX_BODY_BYTES", "1.5"),
        ("CHAINRULE_MAX_BODY_BYTES", "8 MB"),
        ("CHAINRULE_MAX_QUEUED_JOBS", "-1"),
        ("CHAINRULE_MAX_QUEUED_JOBS", "many"),
        ("CHAINRULE_SILENCE_SECONDS", "nan"),
        ("CHAINRULE_SILENCE_SECONDS", "inf"),
        ("CHAINRULE_KERNELS", "cuda"),
    ],
)
def test_a_wrong_value_is_answered_with_a_sentence(variable: str, value: str) -> None:
    """The operator must learn which variable, what it was, and what would be right."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({variable: value})

    assert str(caught.value).startswith(
        f"{variable} is `{value}`; it must be {SETTINGS[variable[10:].lower()].expected}"
    )


@pytest.mark.parametrize(
    ("variable", "value", "secret"),
    [
        ("CHAINRULE_API_KEY", "hunter2", "hunter2"),
        ("CHAINRULE_DATABASE_URL", "mysql://u:hunter2@h/x", "hunter2"),
        ("CHAINRULE_REDIS_URL", "http://:hunter2@h", "hunter2"),
    ],
)
def test_a_message_keeps_secrets(variable: str, value: str, secret: str) -> None:
    """Messages end in logs and tickets."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({variable: value})

    assert secret not in str(caught.value)


def test_settings_can_be_logged() -> None:
    """No secret may appear in a log line."""
    settings = Settings.from_environment(
        {
            "CHAINRULE_API_KEY": "hunter2hunter2hunter2",
            "CHAINRULE_DATABASE_URL": "postgresql://u:hunter2@h/x",
            "CHAINRULE_REDIS_URL": "redis://:hunter2@h",
        },
    )

    assert "hunter2" not in repr(settings)


def test_a_misspelt_variable_is_refused() -> None:
    """A limit that was set and silently not applied is found out on the worst day."""
    with pytest.raises(
        SettingsError, match=r"CHAINRULE_MAX_BODY_BYTE is no setting; did you mean CHAINRULE_MAX_BODY_BYTES\?"
    ):
        Settings.from_environment({"CHAINRULE_MAX_BODY_BYTE": "1"})


def test_variables_of_others_are_left_alone() -> None:
    """The client and the tests have variables of their own on the same machine."""
    environment = {"CHAINRULE_URL": "http://h", "CHAINRULE_TEST_DATABASE_URL": "postgresql://h/x", "HOME": "/root"}

    assert Settings.from_environment(environment).max_queued_jobs == 10_000


def test_a_silence_shorter_than_two_heartbeats_is_refused() -> None:
    """Living workers would lose their jobs."""
    with pytest.raises(SettingsError, match="two heartbeats must fit in"):
        Settings.from_environment({"CHAINRULE_SILENCE_SECONDS": "4"})


def test_every_field_is_documented() -> None:
    """The docs are made from the table."""
    assert set(SETTINGS) == set(Settings.__dataclass_fields__)
    assert all(setting.summary.endswith(".") and setting.default for setting in SETTINGS.values())


def test_a_store_without_redis_says_what_to_do(tmp_path: Path) -> None:
    """A process started by hand would otherwise never ring for a worker."""
    with pytest.raises(SettingsError, match="CHAINRULE_REDIS_URL is not set"):
        open_store(Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path}/x.db"))


def test_a_relative_database_belongs_to_this_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes started in another folder must not make a second, empty database there."""
    monkeypatch.chdir(tmp_path)

    settings = Settings.from_environment({"CHAINRULE_DATABASE_URL": "sqlite:///mine.db"})

    assert settings.database_url == f"sqlite:///{tmp_path}/mine.db"
