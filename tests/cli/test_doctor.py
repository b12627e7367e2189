import json

from grader.cli import main
from grader.runner.errors import NoRunner


def test_it_names_mode_layers_and_engine(runner, capsys):
    assert main(["doctor", "--runner", runner]) == 0

    out = capsys.readouterr().out
    assert out.startswith("mode ")
    assert "seccomp" in out
    assert "numpy" in out


def test_it_speaks_json(runner, capsys):
    assert main(["doctor", "--runner", runner, "--json"]) == 0

    health = json.loads(capsys.readouterr().out)
    assert {"mode", "slots", "free", "layers", "engine"} <= set(health)


def test_a_machine_without_layers_is_told_what_to_do(capsys, monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Darwin")

    assert main(["doctor"]) == 3
    assert "docker compose up" in capsys.readouterr().out


def test_a_runner_that_refuses_says_why(capsys, monkeypatch):
    def refuses(slots):
        raise NoRunner("no seccomp in this kernel")

    monkeypatch.setattr("grader.runner.private.private_runner", refuses)

    assert main(["doctor"]) == 3
    assert "no seccomp in this kernel" in capsys.readouterr().err


def test_without_pytest_the_way_to_get_it_is_said(capsys, monkeypatch):
    monkeypatch.setattr("grader.runner.private.importlib.util.find_spec", lambda name: None)

    assert main(["doctor"]) == 3
    assert (
        "this Python has no pytest, which runs a pack's tests; `pip install '.[demo]'`"
        in capsys.readouterr().err
    )


def test_a_socket_without_a_runner_is_said(tmp_path, capsys):
    assert main(["doctor", "--runner", str(tmp_path / "none.sock")]) == 3
    assert "none.sock does not answer" in capsys.readouterr().err
