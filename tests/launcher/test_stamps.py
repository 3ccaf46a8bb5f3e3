"""Stamps: work is repeated when its inputs changed, and only then."""

from launcher.stamps import Stamp, digest, listing


def test_a_stamp_matches_only_the_value_last_written(tmp_path):
    stamp = Stamp(tmp_path / "stamps" / "migrated")
    assert not stamp.matches("one")
    stamp.write("one")
    assert stamp.matches("one")
    stamp.write("two")
    assert not stamp.matches("one")
    assert stamp.matches("two")


def test_a_digest_sees_contents_names_and_extras(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("x")
    second.write_text("x")
    seen = {
        digest([first]),
        digest([second]),
        digest([first, second]),
        digest([first], "3.11"),
        digest([first], "3.12"),
    }
    assert len(seen) == 5
    before = digest([first])
    first.write_text("y")
    assert digest([first]) != before


def test_a_listing_sees_files_added_and_changed(tmp_path):
    empty = listing(tmp_path)
    (tmp_path / "site.css").write_text("a{}")
    one = listing(tmp_path)
    (tmp_path / "site.css").write_text("a{color:red}")
    assert len({empty, one, listing(tmp_path)}) == 3
