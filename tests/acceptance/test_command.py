"""The client's command line against a real service: what people type, what they read, and what scripts can rely on."""

import json
import shlex
from pathlib import Path

from click.testing import CliRunner, Result

from chainrule import Client
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


EVERYTHING = {
    "delimiter": "semicolon",
    "quote": "'",
    "escape": "\\",
    "header": "3",
    "skip_rows": "1",
    "comment": "%",
    "encoding": "cp1252",
    "decimal": ",",
    "thousands": ".",
    "missing_words": '["none"]',
    "date_format": '{"sold": "%d/%m/%y"}',
    "kinds": '{"zip": "category"}',
}
TITLED = "% title\n% more\nzip;sold;price;café\n02134;01/02/20;'1.234,5';x\n10001;none;2,5;y\n".encode("cp1252")


def test_everything_can_be_told_of_a_file(service: RunningService, tmp_path: Path) -> None:
    """By an option of its own each, as by the client; a look ahead prints columns and rows, and no id."""
    file = tmp_path / "titled.csv"
    file.write_bytes(TITLED)
    words = [word for name, said in EVERYTHING.items() for word in (f"--{name.replace('_', '-')}", said)]

    looked = run(service, "upload", str(file), "--preview", *words)
    dataset_id = run(service, "upload", str(file), *words).stdout.strip()
    told = {name: json.loads(said) if said[:1] in "[{" else said for name, said in EVERYTHING.items()}
    with Client(service.url) as client:
        by_client = client.datasets.upload(file, **told)
    changed = run(service, "change", dataset_id, "--kinds", '{"zip": "id"}', "--comment", "null")
    mistyped = run(service, "change", dataset_id, "--kinds", "{zip}")

    with Client(service.url) as client:
        overrides = client.datasets.get(dataset_id).raw["overrides"]
    assert {"02134", "1234.5", "café", "category", "2 rows"} <= {*looked.stdout.split(), looked.stdout.splitlines()[-1]}
    assert by_client.id == changed.stdout.strip() == dataset_id
    assert overrides["kinds"] == {"zip": "id"}
    assert len(overrides) == len(EVERYTHING) - 1
    assert (mistyped.exit_code, '{"zip": "category"}' in mistyped.output) == (2, True)


def test_a_doubt_comes_with_the_command_that_reads_it_otherwise(service: RunningService, tmp_path: Path) -> None:
    """It can be pasted: nothing has to be known about patches."""
    file = tmp_path / "days of sale.csv"
    file.write_text("sold,zip\n01/02/2020,10001\n03/04/2020,20002\n05/06/2020,30003\n")

    def pasted(result: Result) -> list[str]:
        lines = [line.partition(": chainrule ")[2] for line in result.stderr.splitlines()]
        return [line for line in lines if line]

    looked = run(service, "upload", str(file), "--preview")
    by_looking = [CliRunner().invoke(chainrule, shlex.split(line)) for line in pasted(looked)]
    uploaded = run(service, "upload", str(file))
    by_changing = [CliRunner().invoke(chainrule, shlex.split(line)) for line in pasted(uploaded)]

    assert [result.exit_code for result in (*by_looking, *by_changing)] == [0, 0, 0, 0]
    assert [result.stderr.count("warning: ") for result in (looked, *by_looking)] == [2, 1, 1]
    assert [result.stderr.count("warning: ") for result in (uploaded, *by_changing)] == [2, 1, 0]


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
