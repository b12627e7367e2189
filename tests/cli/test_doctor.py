import json

from grader.cli import main
from grader.runner.errors import NoRunner


def test_it_names_mode_layers_and_engine(runner, capsys):
    assert main(["doctor", "--runner", runner]) == 0

    out = capsys.readouterr().out
    assert out.startswith("mode ")
    assert "seccomp" in out
    assert "numpy" in out


def test_it_prints_json(runner, capsys):
    assert main(["doctor", "--runner", runner, "--json"]) == 0

    health = json.loads(capsys.readouterr().out)
    assert {"mode", "slots", "free", "layers", "engine"} <= set(health)


def test_a_machine_that_can_not_isolate_shows_what_to_do(capsys, monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Darwin")

    assert main(["doctor"]) == 3
    assert "docker compose up" in capsys.readouterr().out


def test_the_reason_is_shown_if_no_runner_starts(capsys, monkeypatch):
    def refuse(slots):
        raise NoRunner("no seccomp in this kernel")

    monkeypatch.setattr("grader.runner.private.private_runner", refuse)

    assert main(["doctor"]) == 3
    assert "no seccomp in this kernel" in capsys.readouterr().err


def test_without_pytest_it_shows_how_to_install_it(capsys, monkeypatch):
    monkeypatch.setattr("grader.runner.private.importlib.util.find_spec", lambda name: None)

    assert main(["doctor"]) == 3
    assert (
        "this Python has no pytest, which runs a pack's tests; `pip install '.[demo]'`"
        in capsys.readouterr().err
    )


def test_a_socket_without_a_runner_is_an_error(tmp_path, capsys):
    assert main(["doctor", "--runner", str(tmp_path / "none.sock")]) == 3
    assert "none.sock does not answer" in capsys.readouterr().err
