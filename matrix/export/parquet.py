"""The statements as a Parquet table that pandas opens, the rest of the dataset in its metadata."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq

from matrix.dataset.dataset import Dataset
from matrix.dataset.problems import refuse
from matrix.dataset.selection import Selection
from matrix.export.extract import extract
from matrix.export.formats import Target, put
from matrix.export.json_document import document

KEY, TABLE = b"policy_matrix", "statements"
MOST_METADATA = 90_000_000  # bytes; readers stop at 100 million


def to_parquet(dataset: Dataset, target: Target, selection: Selection | None = None) -> None:
    """Write one file: the statements (all text, columns as in the schema) and, as JSON, package and other tables.

    The same dataset and selection give the same bytes. DatasetError where the other tables do not fit the metadata.
    """
    chosen = extract(dataset, selection)
    rest = document(chosen, without=[TABLE])
    if len(rest) > MOST_METADATA:
        message = f"the tables beside the statements take {len(rest):,} bytes, more than Parquet's metadata can hold"
        refuse(".parquet", f"{message}; export .json instead")
    frame, known = chosen.frames[TABLE], set(dataset.written[TABLE])
    table = pa.table({c: pa.array(frame[c].astype("str"), pa.string()) for c in frame.columns if c in known})
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, table.schema, compression="zstd", store_schema=False) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({KEY: rest})
    put(buffer.getvalue(), target)
