"""Errors of compressed files, of archives and of the images in them."""

from datasets.errors.files import UnreadableFile


class BadArchive(UnreadableFile):
    """A compressed file is damaged or cut off."""

    code = "data.archive_damaged"
    title = "The compressed file is damaged"
    explanation = "The file ends early, or its checksum does not fit."
    fix = "Compress it again; was the upload complete?"
    example = "The gzip file ends early."
    usual_hint = "Was the upload complete?"


class ArchiveRatio(BadArchive):
    """Inflating stopped when the content had become far larger than the file."""

    code = "data.archive_ratio"
    title = "The compressed file grows out of proportion"
    fix = "Send the content less compressed."
    example = "The file grows to more than 200 times its size."


class ArchivePath(BadArchive):
    """An entry of an archive has a name that points out of the archive, or is no plain file."""

    code = "data.archive_path"
    title = "An entry of the archive has a bad path"
    explanation = "Entries must be plain files below the archive's root."
    fix = "Pack the folders again, without links or absolute paths."
    example = "The entry `../x` points out of the archive."
    usual_hint = "Pack plain files again, with names relative to one folder and without links."


class ArchiveEntries(BadArchive):
    """An archive has too many entries, or entries that do not belong together."""

    code = "data.archive_entries"
    title = "The archive's entries are not as needed"
    explanation = "An archive holds images in one folder for each class, or the arrays of an .npz file."
    fix = "Put each image into the folder of its class."
    example = "The archive has 70000 entries; the limit is 50000."
    usual_hint = "Pack fewer files, each in the folder of its class."


class ArchiveMethod(BadArchive):
    """An entry of an archive is encrypted, or compressed in a way that is not read."""

    code = "data.archive_method"
    title = "An entry cannot be unpacked"
    explanation = "Entries must be stored or deflated, and not encrypted."
    fix = "Pack the archive without a password, with the usual compression."
    example = "The entry `a/1.png` is encrypted."
    usual_hint = "Pack the files again with ordinary zip compression, without a password."


class ArchiveOverlap(BadArchive):
    """Two entries claim the same bytes, as decompression bombs do."""

    code = "data.archive_overlap"
    title = "Entries of the archive overlap"
    fix = "Pack the archive again."
    example = "The entries `a` and `b` overlap."
    usual_hint = "Pack the files again."


class BadImage(UnreadableFile):
    """A file in an archive of images is no whole PNG or JPEG of one frame."""

    code = "data.image_invalid"
    title = "A file is not a usable image"
    explanation = "Whole PNG and JPEG files of one frame are read."
    fix = "Replace or remove the file."
    example = "`cats/7.png` is cut off."


class ImageTooLarge(BadImage):
    """An image has more pixels than the limit."""

    code = "data.image_too_large"
    title = "An image has too many pixels"
    explanation = "The size is read from the header; nothing was decoded."
    fix = "Make the image smaller."
    example = "`cats/7.png` has 50000 x 50000 pixels; the limit is 40000000."
