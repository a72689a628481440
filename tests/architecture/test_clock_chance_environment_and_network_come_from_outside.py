"""Time, chance, environment and network are arguments: a case is replayed, a test says what is so.

Each has modules of its own, named here and nowhere else; every other module is handed a clock, a
`random.Random`, a settings object, or whatever leads to a system.
"""

import ast

import pytest

CLOCK = (
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.localtime",
    "time.monotonic",
    "time.perf_counter",
    "time.time",
    "time.time_ns",
)
CHANCE = ("os.urandom", "random.", "secrets.", "uuid.uuid1", "uuid.uuid4")
ENVIRONMENT = ("os.environ", "os.getenv", "os.putenv")
# What opens a connection or a port; databases have addresses of their own and are wired likewise.
NETWORK = (
    "aiomqtt.Client",
    "asyncio.open_connection",
    "asyncio.start_server",
    "chromadb.HttpClient",
    "http.client.",
    "httpx.AsyncClient",
    "httpx.AsyncHTTPTransport",
    "httpx.Client",
    "httpx.HTTPTransport",
    "httpx.delete",
    "httpx.get",
    "httpx.patch",
    "httpx.post",
    "httpx.put",
    "httpx.request",
    "httpx.stream",
    "langchain_ollama.ChatOllama",
    "langchain_openai.AzureChatOpenAI",
    "langchain_openai.ChatOpenAI",
    "opentelemetry.exporter.",
    "requests.",
    "smtplib.",
    "socket.create_connection",
    "socket.create_server",
    "socket.getaddrinfo",
    "socket.socket",
    "urllib.request.",
    "uvicorn.Server",
)
# A seeded generator is what modules are handed; the name alone draws nothing.
HARMLESS = {"random.Random"}

# What may ask, by what is asked for.
OWN_MODULES: dict[tuple[str, ...], set[str]] = {
    CLOCK: {"agent/clock.py", "registry/clock.py", "tools/patience.py", "tools/sandbox/clock.py"},
    CHANCE: {"agent/chance.py", "tools/patience.py"},
    ENVIRONMENT: {"agent/settings.py"},
    NETWORK: {
        # Systems, identity providers, models, Chroma.
        "tools/connection.py",
        "tools/credentials.py",
        "agent/service/who/provider.py",
        "agent/service/who/reception.py",
        "agent/reasoning/ollama_chat.py",
        "agent/reasoning/openai_chat.py",
        "agent/precedents/embedding_models.py",
        "agent/precedents/places.py",
        # What goes out and comes in besides: notifications, a broker, an edge's core, spans.
        "agent/notify/post.py",
        "agent/ingress/mqtt.py",
        "agent/edge/core.py",
        "agent/commands/serve.py",
        # A command's word to the service that runs, and the service itself.
        "agent/control.py",
        "agent/service/serving.py",
        # The plant in a box.
        "agent/demo/run.py",
        "agent/demo/service.py",
        "tools/sandbox/serve.py",
        "tools/sandbox/visitor.py",
    },
}


def _imported(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name of a module stands for, dotted."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {
                alias.asname or alias.name.partition(".")[0]: alias.name
                if alias.asname
                else alias.name.partition(".")[0]
                for alias in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            names |= {
                alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names
            }
    return names


def _dotted(node: ast.expr, imported: dict[str, str]) -> str:
    match node:
        case ast.Attribute(value=value, attr=attribute):
            owner = _dotted(value, imported)
            return f"{owner}.{attribute}" if owner else ""
        case ast.Name(id=name):
            return imported.get(name, "")
        case _:
            return ""


def _uses(tree: ast.Module) -> set[str]:
    """Return every dotted name that a module uses."""
    imported = _imported(tree)
    named = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name))
    return {_dotted(node, imported) for node in named}


def _asks(uses: set[str], names: tuple[str, ...]) -> set[str]:
    """Return which of these are used; a name ending in a dot stands for all below it."""
    exact = {name for name in names if not name.endswith(".")}
    below = tuple(name for name in names if name.endswith("."))
    return {use for use in uses if use in exact or use.startswith(below)} - HARMLESS


@pytest.fixture(scope="module")
def uses(product: dict[str, ast.Module]) -> dict[str, set[str]]:
    return {name: _uses(tree) for name, tree in product.items()}


@pytest.mark.parametrize("names", OWN_MODULES, ids=("clock", "chance", "environment", "network"))
def test_only_its_own_module_asks(names: tuple[str, ...], uses: dict[str, set[str]]) -> None:
    asking = {name: asked for name, used in uses.items() if (asked := _asks(used, names))}
    assert {name: asked for name, asked in asking.items() if name not in OWN_MODULES[names]} == {}


def test_the_rule_sees_through_imports_and_aliases() -> None:
    tree = ast.parse(
        "import os as o\nimport httpx\nimport random\nfrom datetime import datetime as d\n"
        "d.now(), o.environ['A'], random.random(), httpx.AsyncClient(), httpx.Response"
    )
    uses = _uses(tree)
    assert _asks(uses, CLOCK) == {"datetime.datetime.now"}
    assert _asks(uses, ENVIRONMENT) == {"os.environ"}
    assert _asks(uses, CHANCE) == {"random.random"}
    assert _asks(uses, NETWORK) == {"httpx.AsyncClient"}


def test_the_rule_lets_a_seeded_generator_pass() -> None:
    tree = ast.parse("from random import Random\ndef draw(chance: Random): return chance.random()")
    assert _asks(_uses(tree), CHANCE) == set()


def test_no_module_has_leave_it_does_not_use(uses: dict[str, set[str]]) -> None:
    idle = [
        name
        for names, own in OWN_MODULES.items()
        for name in own
        if not _asks(uses.get(name, set()), names)
    ]
    assert idle == []
