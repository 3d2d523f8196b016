"""A root holder's key is lost: the others exchange it, and everybody follows."""

from county import ceremony
from tests.rehearsals.house import House

ROTATE = (
    "root rotate root-2.json --former root.json "
    "--drop-holder holder-3.pem.pub --add-holder holder-4.pem.pub"
)


def test_two_of_three_exchange_the_third_and_work_goes_on(house: House) -> None:
    house.does(
        "key new holder-4.pem",
        ROTATE,
        "root sign root-2.json --key holder-1.pem --former root.json",
        "root sign root-2.json --key holder-2.pem --former root.json",
    )
    assert "is out" in house.does("root show root-2.json --former root.json")
    assert "县级根第 2 版" in house.edits("root", "--root root-2.json")
    house.signs(1, 2)
    house.follow()
    house.still_stamps()
    assert len(house.rig.township.roots) == 2


def test_the_lost_key_found_by_somebody_speaks_no_more(house: House) -> None:
    test_two_of_three_exchange_the_third_and_work_goes_on(house)
    house.does("root rotate root-3.json --former root-2.json")
    error = house.refuses("root sign root-3.json --key holder-3.pem --former root-2.json")
    assert "root key" in error


def test_too_few_holders_exchange_nothing(house: House) -> None:
    house.does(
        "key new holder-4.pem",
        ROTATE,
        "root sign root-2.json --key holder-1.pem --former root.json",
        "root sign root-2.json --key holder-4.pem --former root.json",
    )
    former = (house.folder / "root.json").read_bytes()
    assert ceremony.missing_signatures((house.folder / "root-2.json").read_bytes(), former) == 1
    line = "authority root next.cbor --root root-2.json --former package.cbor"
    assert "not fully signed" in house.refuses(line)
    house.still_stamps()
