"""The rows of the attack plan that are about data: what protects, and the test that fails without it."""

from dataclasses import dataclass

BROKEN = "tests/datasets/reading/test_broken_files.py::test_a_broken_file_is_explained[{}]"
BAD = "tests/datasets/reading/test_bad_files.py::test_a_bad_file_is_refused_with_its_code_and_place[{}]"
LIMIT = "tests/datasets/reading/test_bad_files.py::test_what_exceeds_a_limit_is_refused[{}]"
IMAGE = "tests/datasets/reading/formats/test_images.py::test_a_broken_image_is_named[{}]"


@dataclass(frozen=True)
class Attack:
    """One attack: the line that protects, what is put in its place, and the test that notices."""

    row: str
    what: str
    file: str
    line: str
    without: str
    test: str

    @property
    def name(self) -> str:
        """The row with what it is about."""
        return f"{self.row} {self.what}"


ATTACKS = (
    Attack(
        "A24", "text that cannot be shown in names", "datasets/reading/column_names.py",
        'if unicodedata.category(character) in {"Cc", "Cs"} or character in BIDI:', "if False:",
        BAD.format("a name that turns text around"),
    ),
    Attack(
        "A37", "Python objects in an array", "datasets/reading/formats/npy.py",
        "if dtype.hasobject:", "if False:",
        BROKEN.format("npy: objects"),
    ),
    Attack(
        "A38", "32 gigabytes announced", "datasets/reading/formats/npy.py",
        "if announced != there:", "if False:",
        BROKEN.format("npy: 32 gigabytes announced"),
    ),
    Attack(
        "A39", "an endless header", "datasets/reading/formats/npy.py",
        "[0]) > MOST_HEADER:", "[0]) < 0:",
        BROKEN.format("npy: an endless header"),
    ),
    Attack(
        "A39", "a negative shape", "datasets/reading/formats/npy.py",
        "all(type(n) is int and n >= 0 for n in shape)", "all(type(n) is int for n in shape)",
        BROKEN.format("npy: a negative shape"),
    ),
    Attack(
        "A40", "numbers that are none", "datasets/reading/formats/npy.py",
        "if dtype.kind not in SCALARS or dtype.itemsize > 8:", "if False:",
        BROKEN.format("npy: complex"),
    ),
    Attack(
        "A41", "another order of bytes and axes", "datasets/reading/formats/npy.py",
        "fortran=fortran, offset", "fortran=False, offset",
        "tests/datasets/reading/formats/test_formats.py::test_an_array_is_read_whatever_its_layout",
    ),
    Attack(
        "A42", "a bomb", "datasets/reading/formats/archives.py",
        "if size > limits.free_bytes and size > limits.max_ratio * max(1, packed):", "if False:",
        BROKEN.format("npz: 100 megabytes of zeros"),
    ),
    Attack(
        "A43", "entries that overlap", "datasets/reading/formats/archives.py",
        "if entry.header_offset < end:", "if False:",
        BROKEN.format("zip: overlapping"),
    ),
    Attack(
        "A44", "names that point out", "datasets/reading/formats/archives.py",
        "if is_out or mode not in {0, PLAIN_FILE}:", "if False:",
        BROKEN.format("zip: points out"),
    ),
    Attack(
        "A45", "more entries than anybody needs", "datasets/reading/formats/archives.py",
        "if count > limits.max_entries or size > limits.max_entries * 512:", "if False:",
        BROKEN.format("zip: 60 000 entries"),
    ),
    Attack(
        "A45", "encrypted and oddly packed entries", "datasets/reading/formats/archives.py",
        "if entry.flag_bits & ENCRYPTED or entry.compress_type not in METHODS:", "if False:",
        BROKEN.format("zip: bzip2"),
    ),
    Attack(
        "A46", "another size than announced", "datasets/reading/formats/archives.py",
        "    if size != entry.file_size:", "    if False:",
        BROKEN.format("npz: announces more"),
    ),
    Attack(
        "A47", "a million columns", "datasets/reading/csv/dialect.py",
        "if cells > limits.max_columns:", "if False:",
        LIMIT.format("columns"),
    ),
    Attack(
        "A47", "an open quote", "datasets/reading/csv/text_blocks.py",
        "    if not is_whole:", "    if False:",
        BAD.format("an open quote in the last cell"),
    ),
    Attack(
        "A47", "NUL bytes", "datasets/reading/csv/parse_csv.py",
        "if file.has_nul:", "if False:",
        BAD.format("a NUL byte in a text"),
    ),
    Attack(
        "A48", "infinite numbers in text", "datasets/reading/csv/parse_csv.py",
        "    _refuse_infinite(scans, source, layout, limits)\n", "",
        BAD.format("infinity"),
    ),
    Attack(
        "A48", "infinite numbers in arrays", "datasets/reading/formats/typed_table.py",
        "    _refuse_useless(scans)\n", "",
        BROKEN.format("npy: infinite"),
    ),
    Attack(
        "A49", "one class only", "datasets/preprocessing/fit_target.py",
        "if len(classes) < 2:", "if False:",
        "tests/datasets/preprocessing/test_fit.py",
    ),
    Attack(
        "A50", "numbers that grow beyond all", "neural/training/session.py",
        "        if len(faults):", "        if False:",
        "tests/neural/training/test_loop.py",
    ),
    Attack(
        "A51", "images of billions of pixels", "datasets/reading/formats/images.py",
        "if image.width * image.height > limits.max_pixels:", "if False:",
        IMAGE.format("7000 x 7000"),
    ),
    Attack(
        "A51", "animated images", "datasets/reading/formats/images.py",
        'if getattr(image, "n_frames", 1) > 1:', "if False:",
        IMAGE.format("animated"),
    ),
    Attack(
        "A52", "HDF5", "datasets/reading/signatures.py",
        '    (b"\\x89HDF", "an HDF5 file"),\n', "",
        BROKEN.format("an HDF5 file"),
    ),
    Attack(
        "A53", "a Keras file with code inside", "datasets/reading/open_table.py",
        'if entries and all(entry.filename.endswith(".npy") for entry in entries):', "if entries:",
        BROKEN.format("a Keras file"),
    ),
    Attack(
        "A54", "pickles", "datasets/reading/signatures.py",
        "    if PICKLE.match(head):", "    if False:",
        BROKEN.format("a pickle"),
    ),
    Attack(
        "A55", "a name that says something else", "datasets/reading/open_table.py",
        "if head.startswith(ZIP):", "if False:",
        "tests/datasets/reading/formats/test_formats.py::test_the_content_decides_not_the_name",
    ),
    Attack(
        "A56", "file names that are paths", "app/services/uploads/uploads.py",
        'file_name.replace("\\\\", "/").rsplit("/", 1)[-1]', "file_name",
        "tests/app/routes/test_datasets.py::test_a_form_brings_its_file_name",
    ),
    Attack(
        "A73", "formulas in exported cells", "app/services/files/rows_as_csv.py",
        "if isinstance(cell, str) and RUN_BY_SPREADSHEETS.match(cell) else cell", "if False else cell",
        "tests/app/routes/test_datasets.py::test_rows_as_csv_hold_nothing_that_a_spreadsheet_runs",
    ),
)  # fmt: skip
ROWS = ("A24", *(f"A{number}" for number in range(37, 57)), "A73")
