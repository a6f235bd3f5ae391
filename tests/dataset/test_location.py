"""Addresses of datasets: each is right, or refused with the form that is meant; none makes a file of an odd name."""

from __future__ import annotations

from pathlib import Path

import pytest

from matrix.dataset.location import Database, location_of

FILE, SERVER = "sqlite:///", "postgresql+psycopg://"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PGDATABASE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("sqlite:///q.db?mode=ro", "sqlite:///q.db"),
        ("sqlite:///sub/q.db?vfs=/a/b&x=1", "sqlite:///sub/q.db"),
        ("sqlite:///q.db?", "sqlite:///q.db"),
        ("sqlite:///q.db?ro", "sqlite:///q.db"),
        ("sqlite:study.db", "sqlite:///FILE"),
        ("SQLite:study.db", "sqlite:///FILE"),
        ("sqlite3:study.db", "sqlite:///FILE"),
        ("sqlite:/study.db", "sqlite:///FILE"),
        ("sqlite://study.db", "sqlite:///study.db"),
        ("sqlite://", "sqlite:///study.db"),
        ("sqlite:///", "sqlite:///study.db"),
        ("sqlite+pysqlite:///study.db", "sqlite:///FILE"),
        ("postgres://lee@db/study", "postgresql+psycopg://HOST/NAME"),
        ("postgres:study", "postgresql+psycopg://HOST/NAME"),
        ("postgresql+asyncpg://db/study", "postgresql+psycopg://HOST/NAME"),
        ("mysql://db/study", "postgresql+psycopg://HOST/NAME"),
        *(
            (f"postgresql+psycopg://{rest}", "postgresql+psycopg://HOST/NAME")
            for rest in ("", "/", "db", "db/", "lee@db:5432/", "lee:s3cret-w0rd@db", "lee:s3cret-w0rd", "?sslmode=require",
                         "/?host=/run/postgresql", "db?password=s3cret-w0rd", "lee:s/3cret-w0rd@db/", "[::1]:5432/")
        ),
    ],
)  # fmt: skip
def test_an_address_of_another_form_is_refused_with_the_right_one(address: str, form: str) -> None:
    with pytest.raises(ValueError, match=r"^[a-z0-9+]+: ") as caught:
        location_of(address)
    assert form in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "3cret" not in str(caught.value)


def test_one_of_the_right_form_is_what_it_says(here: Path) -> None:
    file = f"{FILE}{here / 'x.db'}"
    for address in ("sqlite:///x.db", "SQLITE:///x.db", f"sqlite:///{here}/x.db", "sqlite:///./x.db"):
        assert str(location_of(address)) == file
    for rest in (
        *("/study", "db/study", "lee@/study?host=/run/postgresql", "lee:a?b@db/study", "lee:a/b@db/study"),
        *("?dbname=study", "/?service=team", "db/study?user=lee@x"),
    ):
        for kind in ("postgresql+psycopg", "postgresql", "PostgreSQL"):
            assert location_of(f"{kind}://{rest}") == Database(f"{SERVER}{rest}")
    for folder in ("my-dataset", "./sqlite:study", "a?b", "C:study"):
        assert location_of(folder) == Path(folder)


def test_a_database_that_the_environment_names_need_not_be_named_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGDATABASE", "study")
    assert location_of("postgresql+psycopg:///") == Database("postgresql+psycopg:///")


def test_a_file_that_has_such_a_name_already_is_opened(here: Path) -> None:
    (here / "a?mode=ro.db").touch()
    assert location_of("sqlite:///a?mode=ro.db") == Database(f"{FILE}{here / 'a?mode=ro.db'}")
