"""An engine's address becomes a connection: `duckdb`, `spark://HOST:PORT` or `spark-local`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from matrix.dataset.problems import SelectionError, not_one_of

DUCKDB, SPARK_LOCAL = "duckdb", "spark-local"
CLUSTER = "spark://"
MEMORY = "1GB"  # DuckDB's; what it needs beyond that goes to the disk


class Connection:
    """A connected engine: `parts(files, ...)` is the table of these Parquet files, for Ibis."""

    def __init__(self, address: str) -> None:
        self.address = checked(address)
        self.ibis = _library("ibis", "scale")
        self._spark: Any = None
        if address == DUCKDB:
            _library("duckdb", "scale")
            # Its own choice is a folder beside whatever the user works in.
            self._disk = TemporaryDirectory(prefix="policy-matrix-")
            self._backend = self.ibis.duckdb.connect(memory_limit=MEMORY, temp_directory=self._disk.name)
        else:
            self._spark = _spark(address)
            self._backend = self.ibis.pyspark.connect(self._spark)

    def parts(self, files: Sequence[Path], *, differing: bool) -> Any:
        """The table of all these files together; `differing`: some lack columns, which are null there."""
        names = [str(f.resolve()) for f in files]
        if self._spark is None:
            return self._backend.read_parquet(names, union_by_name=differing)
        view = f"policy_matrix_{abs(hash(tuple(names)))}"
        read = self._spark.read.option("mergeSchema", differing)
        read.parquet(*(Path(n).as_uri() for n in names)).createOrReplaceTempView(view)
        return self._backend.table(view)


def checked(address: str) -> str:
    """The address, or SelectionError where no engine is called so."""
    if address in (DUCKDB, SPARK_LOCAL) or (address.startswith(CLUSTER) and address != CLUSTER):
        return address
    raise SelectionError(f"engine: {not_one_of(address, (DUCKDB, SPARK_LOCAL, 'spark://HOST:PORT'))}")


def _library(name: str, extra: str) -> Any:
    if find_spec(name) is None:
        raise SelectionError(
            f"engine: {name} is not installed; it comes with an extra: pip install 'policy-matrix[{extra}]'"
        )
    return import_module(name)


def _spark(address: str) -> Any:
    _library("pyspark", "spark")
    home = os.environ.get("JAVA_HOME")
    if not (shutil.which("java") or (home and Path(home, "bin", "java").exists())):
        raise SelectionError("engine: Spark needs Java 17 or later, and there is no java here")
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("policy-matrix").config("spark.sql.session.timeZone", "UTC")
    builder = builder.config("spark.ui.showConsoleProgress", "false").config("spark.sql.caseSensitive", "true")
    if address == SPARK_LOCAL:
        builder = builder.master("local[*]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
        builder = builder.config("spark.sql.shuffle.partitions", str(os.cpu_count() or 1))
    else:
        builder = builder.master(address)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
