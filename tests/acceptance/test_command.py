"""The client's command line against a real service: what people type, what they read, and what scripts can rely on."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from chainrule.command import chainrule
from tests.acceptance.conftest import IRIS, RunningService


def run(service: RunningService, *words: str, given: str | None = None) -> Result:
    """Type a command."""
    return CliRunner().invoke(chainrule, ["--url", service.url, *words], input=given)


def test_a_table_is_uploaded_trained_on_and_gone_on_with(service: RunningService) -> None:
    """Ids on standard output, so that a script can use them; the story on standard error."""
    dataset_id = run(service, "upload", str(IRIS)).stdout.strip()
    body = {"dataset_id": dataset_id, "target": "species", "name": "typed", "training": {"epochs": 5}}

    trained = run(service, "train", "-", "--follow", given=json.dumps(body))
    job_id, status = trained.stdout.split()
    shown = json.loads(run(service, "jobs", "show", job_id).stdout)
    more = run(service, "jobs", "continue", job_id, "--epochs", "3").stdout.split()[0]
    followed = run(service, "jobs", "follow", more)

    assert (trained.exit_code, status) == (0, "succeeded")
    assert "job.started" in trained.stderr
    assert (shown["name"], shown["status"]) == ("typed", "succeeded")
    assert (followed.exit_code, followed.stdout) == (0, "succeeded\n")
    assert "typed" in run(service, "jobs", "list", "--status", "succeeded").stdout
    assert "ckpt_" in run(service, "jobs", "checkpoints", more).stdout


def test_jobs_are_decided_about(service: RunningService) -> None:
    """Each decision says what became of the job."""
    dataset_id = run(service, "upload", str(IRIS)).stdout.strip()
    long = {"epochs": 100_000, "early_stopping": None}
    body = json.dumps({"dataset_id": dataset_id, "target": "species", "training": long})
    job_id = run(service, "train", "-", given=body).stdout.strip()

    told = [run(service, "jobs", name, job_id) for name in ("pause", "resume", "cancel")]
    ended = run(service, "jobs", "follow", job_id)

    assert [each.exit_code for each in told] == [0, 0, 0]
    assert all(each.stdout.startswith(job_id) for each in told)
    assert (ended.exit_code, ended.stdout) == (1, "cancelled\n")


def test_refusals_are_one_message(service: RunningService, tmp_path: Path) -> None:
    """No trace; exit code 1; what the service says, with the field that is wrong."""
    file = tmp_path / "body.json"
    file.write_text('{"dataset_id": "ds_01jd8q0v2m4x6z8b0c2e4g6j8k"}')

    answers = [
        run(service, "jobs", "pause", "job_01jd8q0v2m4x6z8b0c2e4g6j8k"),
        run(service, "train", str(file)),
        run(service, "train", "-", given="{"),
        CliRunner().invoke(chainrule, ["--url", "http://127.0.0.1:9", "jobs", "cancel", "job_x"]),
    ]

    assert [answer.exit_code for answer in answers] == [1] * 4
    assert "not_found.job" in answers[0].stderr
    assert "/dataset_id" in answers[1].stderr
    assert "no JSON" in answers[2].stderr
    assert "does not answer" in answers[3].stderr
