"""Check: the folders of tests mirror the folders of the packages, so that each finds the other."""

from pathlib import Path, PurePosixPath

from tools.checks.files import tracked

ELSEWHERE = {"client": "client/src/chainrule"}  # where a package lies that is not in the root folder
OF_NO_PACKAGE = {
    "acceptance": "the whole service, from outside",
    "attacks": "what is done to the whole service from outside",
    "faults": "the plan of faults, which runs through all packages",
}


def check(root: Path) -> list[str]:
    """Name the tests whose folder is not one of a package."""
    files = [PurePosixPath(name) for name in tracked(root, "tests/*.py")]
    folders = {file: PurePosixPath(*file.parts[1:-1]) for file in files if file.name.startswith("test_")}
    return [
        f"{file}: there is no {mirrored(folder)}/ whose code it could be about"
        for file, folder in folders.items()
        if folder.parts and folder.parts[0] not in OF_NO_PACKAGE and not (root / mirrored(folder)).is_dir()
    ]


def mirrored(folder: PurePosixPath) -> str:
    """Name the folder of code that a folder of tests is about."""
    package, *below = folder.parts
    return str(PurePosixPath(ELSEWHERE.get(package, package), *below))
