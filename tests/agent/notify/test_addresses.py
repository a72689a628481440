"""Nothing is sent into the own network unless the plant says so, whatever a name resolves to."""

import pytest

from agent.notify.addresses import NotAllowed, NotFound, allowed
from agent.notify.post import Came, Parcel, Post

PUBLIC = "93.184.216.34"


async def place(url: str, *numbers: str, internal: bool = False) -> str:
    """Return what is connected to, where a name stands for these numbers."""

    async def resolve(host: str, port: int) -> tuple[str, ...]:
        return numbers

    return str((await allowed(url, internal, resolve)).direct)


async def test_a_public_address_is_connected_to_by_the_number_that_was_checked() -> None:
    assert await place("https://hook.example:8443/x?sig=1", PUBLIC) == (
        f"https://{PUBLIC}:8443/x?sig=1"
    )
    assert await place("https://hook.example/", "2606:2800:220:1::1") == (
        "https://[2606:2800:220:1::1]/"
    )


PRIVATE = ("10.0.0.1", "192.168.1.1", "172.16.0.9", "127.0.0.1", "::1", "fd00::1", "100.64.0.1")
NEVER = ("169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "::", "::ffff:169.254.169.254")
HIDDEN = ("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::")


@pytest.mark.parametrize("number", PRIVATE + HIDDEN)
async def test_a_private_address_needs_the_plant_s_word(number: str) -> None:
    with pytest.raises(NotAllowed, match="internal"):
        await place("https://hook.example/", number)
    assert await place("https://hook.example/", number, internal=True)


@pytest.mark.parametrize("number", NEVER)
async def test_an_address_of_the_machine_s_own_neighbourhood_is_never_sent_to(number: str) -> None:
    with pytest.raises(NotAllowed):
        await place("https://hook.example/", number, internal=True)


async def test_one_private_number_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(NotAllowed):
        await place("https://hook.example/", PUBLIC, "10.0.0.1")


@pytest.mark.parametrize(
    "url",
    [
        "http://hook.example/",
        "ftp://hook.example/",
        "https://user:word@hook.example/",
        "//hook.example/",
        "hook",
        "",
        "https://",
        "file:///etc/passwd",
    ],
)
async def test_only_https_without_a_user_is_an_address(url: str) -> None:
    with pytest.raises(NotAllowed):
        await place(url, PUBLIC, internal=True)


async def test_http_is_for_this_machine_only() -> None:
    assert await place("http://hook.example/", "127.0.0.1", internal=True)
    with pytest.raises(NotAllowed):
        await place("http://hook.example/", "10.0.0.1", internal=True)


async def test_a_name_that_leads_nowhere_is_tried_again() -> None:
    with pytest.raises(NotFound):
        await place("https://hook.example/")


async def test_a_refused_address_is_final_and_a_missing_one_is_not() -> None:
    async def nowhere(host: str, port: int) -> tuple[str, ...]:
        return ()

    post = Post(resolve=nowhere)
    missing = await post.send(Parcel("https://hook.example/", b"{}", {}))
    refused = await post.send(Parcel("http://user@hook.example/", b"{}", {}))
    assert (missing.came, refused.came) == (Came.AGAIN, Came.NEVER)
    await post.close()
