# ruff: noqa: RUF001 - letters of other scripts are what this is about
"""Tables in the encodings of the world are read as their owners wrote them."""

from pathlib import Path

import pytest

from datasets.reading.csv.guess_encoding import SAMPLE_BYTES, guess_encodings, sample_of
from tests.datasets.conftest import Parse

RUSSIAN = "Отзыв;Оценка\nФильм очень понравился, актёры играли прекрасно;5\nСкучно и слишком долго;2\n"
NAMES = "Имя;Город;Возраст\nАнна Петрова;Москва;34\nИван Сидоров;Новосибирск;41\n"
CHINESE = "评论,分数\n这部电影非常好看，演员表演很精彩,5\n剧情太慢，让人想睡觉,2\n"
CITIES = "城市,温度\n北京,3\n上海,9\n"
TAIWANESE = "姓名,城市,年齡\n王小明,臺北,34\n李娜,高雄,29\n"
KOREAN = "이름,도시,나이\n김민수,서울,34\n이영희,부산,29\n"
POLISH = "opinia;ocena\nBardzo dobry film, świetni aktorzy i piękne zdjęcia;5\nZbyt długi, nudziłem się całą część;2\n"
TOWNS = "miasto,ocena\nŁódź,5\nPoznań,4\n"
CZECH = "Jméno;Město\nJiří;Plzeň\nŠárka;Třebíč\nŽofie;Ústí\n"
JAPANESE = "感想,評価\nとても面白い映画でした。俳優の演技が素晴らしい,5\n長すぎて眠くなりました,2\n"
PLACES = "都市,気温\n東京,9\n札幌,-2\n"
GREEK = "Όνομα;Πόλη\nΓιώργος;Αθήνα\nΜαρία;Θεσσαλονίκη\n"
KANJI = "性別,点\n男,5\n女,2\n不明,3\n"
YES_AND_NO = "ответ,день\nда,1\nнет,2\n"
WORDS = "słowo;liczba\nżółty;5\nźródło;2\nślimak;3\ngęś;4\n"
HUNGARIANS = "név;kor\nSzűcs;34\nGyőző;29\nszőlő;3\n"
CROATS = "ime;dob\nKovačević;34\nBabić;29\nŠarić;41\n"
TURKISH = "şehir;not\nİstanbul;5\nBeyoğlu;2\nKadıköy çok güzel;4\n"
FRENCH = "avis;note\nUn très bon film, les acteurs sont formidables – à voir;5\nTrop long, je me suis ennuyé;2\n"
PUPILS = "ville,élèves\nNîmes,30\nParis,25\n"
FRAGMENTS = "mot,note\nvoilà,5\ndéjà,2\n"
GERMAN = "Straße;Größe\nKönigsallee;12\nMüllerweg;9\n"
SPANISH = "pregunta;respuesta\n¿Cómo está?;¡Bien!\nMañana;Año\n"
QUOTES = "item,price\nTea “green”,€3\nCoke,€2\n"
DEGREES = "day,temperature\nMonday,20°C\nTuesday,21°C\n"
UNITS = "item,size\nfoil,3 µm\nfield,5 m²\n"


@pytest.mark.parametrize("times", [1, 300])
@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        *((text, "cp1251", "cp1251") for text in (RUSSIAN, NAMES)),
        (RUSSIAN, "koi8-r", "koi8-r"),
        *((text, "gb18030", "gb18030") for text in (CHINESE, CITIES)),
        (TAIWANESE, "big5", "big5"),
        (KOREAN, "cp949", "cp949"),
        *((text, "iso-8859-2", "iso-8859-2") for text in (POLISH, TOWNS, CZECH)),
        *((text, "cp1250", "cp1250") for text in (POLISH, TOWNS)),
        *((text, "shift_jis", "cp932") for text in (JAPANESE, PLACES)),
        *((text, "euc_jp", "euc_jp") for text in (JAPANESE, PLACES)),
        (KANJI, "shift_jis", "cp932"),
        (YES_AND_NO, "cp1251", "cp1251"),
        (WORDS, "iso-8859-2", "iso-8859-2"),
        (HUNGARIANS, "iso-8859-2", "iso-8859-2"),
        (CROATS, "cp1250", "cp1250"),
        (TURKISH, "cp1254", "cp1254"),
        (GREEK, "cp1253", "cp1253"),
        *((text, "cp1252", "cp1252") for text in (FRENCH, PUPILS, GERMAN, SPANISH, QUOTES, DEGREES, UNITS)),
    ],
)
def test_a_table_is_read_as_it_was_written(parse: Parse, text: str, encoding: str, named: str, times: int) -> None:
    """Header and cells, of a table of two rows as of one with hundreds; Shift-JIS goes by the name of its superset."""
    header, *rows = text.splitlines()
    delimiter = ";" if ";" in header else ","

    table = parse((header + "\n" + "\n".join(rows * times) + "\n").encode(encoding))

    assert table.dialect is not None
    assert table.dialect.encoding == named
    names = header.split(delimiter) if table.dialect.has_header else ["column_1", "column_2"]
    assert table.arrow.column_names == names
    read = rows if table.dialect.has_header else [header, *rows]
    assert table.arrow.column(0).to_pylist()[-len(rows) :] == [row.split(delimiter)[0] for row in read[-len(rows) :]]
    assert "data.encoding_guessed" in [warning.code for warning in table.warnings]


def test_what_would_fit_as_well_is_told(parse: Parse) -> None:
    """Every letter of these words is one in Slovakia, too; the Russian table can be nothing else."""
    french, russian = (parse(text) for text in (FRAGMENTS.encode("cp1252"), RUSSIAN.encode("cp1251")))

    assert french.warnings[0].message == (
        "Line 2 is not UTF-8; the file is read as cp1252; iso-8859-2 or cp1250 would fit as well. "
        "Save it as UTF-8 to be sure."
    )
    assert russian.warnings[0].message == (
        "Line 1 is not UTF-8; the file is read as cp1251. Save it as UTF-8 to be sure."
    )


def test_a_guess_that_fails_further_down_is_not_kept(parse: Parse) -> None:
    """The sample is bounded; the whole file decides."""
    late = b"".join(b"caf\xe9 %d,1\n" % index for index in range(20_000)) + b"\x81,2\n"

    table = parse(b"name,price\n" + late)

    assert table.dialect is not None
    assert table.dialect.encoding != "cp1252"
    assert table.row_count == 20_001


def test_the_sample_is_bounded_and_holds_each_line_once(tmp_path: Path) -> None:
    """A gigabyte of one line must cost no more than a page of it, and a long line is cut between two cells."""
    path = tmp_path / "table.csv"
    path.write_bytes("город,1\n".encode("cp1251") * 1000 + "北京,".encode("gb18030") * SAMPLE_BYTES)

    sample = sample_of(path)

    assert sample.count(b"\n") == 1
    assert len(sample) <= SAMPLE_BYTES + 8
    assert sample.endswith(b",")


@pytest.mark.parametrize("content", [b"\xff", b"a,b\n\x81\x8d\x8f\n", b"\xe9" * 200_000, bytes(range(128, 256)) * 9])
def test_any_bytes_get_an_answer(tmp_path: Path, content: bytes) -> None:
    """No reading may fail: latin-1 takes what nothing else does."""
    path = tmp_path / "table.csv"
    path.write_bytes(content)

    assert all(guess.text for guess in guess_encodings(path))
