"""Large CSV files in one pass, by pyarrow's typed reader; whatever is unusual is left to the careful one."""

from datasets.reading.csv.fast.reading import LEAST_BYTES, read_plain

__all__ = ["LEAST_BYTES", "read_plain"]
