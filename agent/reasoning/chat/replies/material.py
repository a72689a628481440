"""A material by its number alone: its name, and what may be asked about it."""

from __future__ import annotations

from collections.abc import AsyncIterator

from agent.reasoning.chat.laying import choice, heading, origin
from agent.reasoning.chat.naming import Kind
from agent.reasoning.chat.reply import Asked, Rank, Reply
from agent.reasoning.chat.showing import shown
from agent.words.catalog import Language
from tools.objects.material import Material
from tools.objects.reading import System


async def tell(asked: Asked) -> AsyncIterator[str]:
    """Tell what the material is, and ask what is wanted."""
    subject, say = asked.the_subject, asked.say
    yield heading(asked, say("Material {material}", material=shown(subject.number)))
    asked.used("material", material=subject.number)
    for glimpse in await asked.window.look(
        "material", {"material": subject.number, "plant": subject.plant}, (System.ERP,)
    ):
        if glimpse.reading is not None:
            material: Material = glimpse.reading.value
            yield f"{shown(material.description)} ({origin(asked, glimpse)})"
    wanted = (say("its stock"), say("its bill of material"), say("its movements"))
    yield choice(asked, say("What do you want to know about it?"), wanted)


REPLY = Reply(
    rank=Rank.THING,
    words={Language.EN: ("material", "part"), Language.DE: ("material", "artikel")},
    about=(Kind.MATERIAL,),
    tell=tell,
)
