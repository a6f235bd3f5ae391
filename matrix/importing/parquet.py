"""Reads a dataset back that was exported as Parquet: its statements, and the rest out of the file's metadata."""

from __future__ import annotations

import io
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import refuse
from matrix.export.parquet import KEY, MOST_METADATA, TABLE
from matrix.importing.json_document import dataset_of

MOST_ROWS, MOST_TEXT = 5_000_000, 4_000_000_000  # what a file may unfold to: rows, and bytes of text


def read_parquet_dataset(path: str | PathLike[str]) -> Dataset:
    """The dataset in a file that `to_parquet` wrote; DatasetError carries every problem, with table, row and column."""
    file = Path(path)
    try:
        with pq.ParquetFile(io.BytesIO(file.read_bytes()), thrift_string_size_limit=2 * MOST_METADATA) as parquet:
            rest = (parquet.metadata.metadata or {}).get(KEY)
            if rest is None:
                refuse(file.name, "is a Parquet file, but none that this tool wrote: it carries no dataset")
            if parquet.metadata.num_rows > MOST_ROWS:
                refuse(file.name, f"says that it has {parquet.metadata.num_rows:,} rows; more than can be read")
            names = parquet.schema_arrow.names
            if len(set(names)) < len(names):
                refuse(file.name, "has two columns of one name")
            # Read as dictionaries: a text that is repeated a million times is held once until all is known to fit.
        coded = pq.read_table(io.BytesIO(file.read_bytes()), read_dictionary=names, use_threads=False)
        frame = pd.DataFrame({name: _texts(coded[name], name, file) for name in names})
    except (pa.ArrowException, OSError, UnicodeDecodeError) as e:
        if isinstance(e, OSError) and e.errno is not None:
            raise
        refuse(file.name, f"cannot be read as Parquet: {str(e).splitlines()[0] if str(e) else 'damaged'}")
    return dataset_of(rest, file.name, {TABLE: frame})


def _texts(column: pa.ChunkedArray, name: str, file: Path) -> pd.Series[str]:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)) or column.null_count:
        refuse(file.name, "holds something that is not text; every column is text without missing values", column=name)
    column.validate(full=True)  # UTF-8 as well
    size = sum(_bytes(chunk) for chunk in column.chunks)
    if size > MOST_TEXT:
        refuse(file.name, f"unfolds to {size:,} bytes of text, more than can be read", column=name)
    return pd.Series(column.cast(pa.large_string()).to_pandas(), dtype="str")


def _bytes(chunk: pa.Array) -> int:
    """The bytes of all texts of a chunk, counted without unfolding them."""
    if not pa.types.is_dictionary(chunk.type):
        return int(chunk.nbytes)
    lengths = pc.binary_length(chunk.dictionary).to_numpy(zero_copy_only=False).astype(np.int64)
    return int(lengths[chunk.indices.to_numpy(zero_copy_only=False)].sum())
