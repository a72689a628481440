"""No test reaches beyond loopback, or for a model: what is green here is green on a train."""

import socket

import pytest

DOCUMENTATION_ADDRESS = ("192.0.2.1", 80)


def test_a_connection_beyond_loopback_is_refused() -> None:
    with socket.socket() as client, pytest.raises(RuntimeError, match="reached for"):
        client.connect(DOCUMENTATION_ADDRESS)


def test_a_name_beyond_this_machine_is_not_looked_up() -> None:
    with pytest.raises(RuntimeError, match="asked for the address"):
        socket.getaddrinfo("sap.example", 443)


def test_a_model_on_this_machine_is_not_asked_either() -> None:
    with socket.socket() as client, pytest.raises(RuntimeError, match="port 11434"):
        client.connect(("127.0.0.1", 11434))


def test_a_server_on_loopback_is_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()
