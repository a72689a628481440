"""Metadata and batch answers of any shape are read, or refused as what they are not."""

from hypothesis import example, given
from hypothesis import strategies as st

from tests.damage import damaged
from tools.sap.batch import PartReply, decode
from tools.sap.metadata import Metadata, parse_metadata

EDMX = b"""<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx">
 <edmx:DataServices><Schema Namespace="S" xmlns="http://schemas.microsoft.com/ado/2008/09/edm">
  <EntityType Name="T"><Key><PropertyRef Name="A"/></Key>
   <Property Name="A" Type="Edm.String" MaxLength="12" Nullable="false"/>
   <NavigationProperty Name="to_B" Relationship="S.R" FromRole="F" ToRole="B"/></EntityType>
  <Association Name="R"><End Type="S.T" Role="B"/></Association>
  <EntityContainer Name="C"><EntitySet Name="A_T" EntityType="S.T"/>
   <FunctionImport Name="Go" HttpMethod="POST"><Parameter Name="X" Type="Edm.String"/>
   </FunctionImport></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>"""
TYPE = "multipart/mixed; boundary=B1"
BATCH = (
    b"--B1\r\nContent-Type: multipart/mixed; boundary=C1\r\n\r\n--C1\r\n"
    b"Content-Type: application/http\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}\r\n"
    b"--C1--\r\n\r\n--B1\r\nContent-Type: application/http\r\n\r\n"
    b'HTTP/1.1 404 Not Found\r\nX: \xff\r\n\r\n{"error": {}}\r\n--B1--'
)
ENTITIES = b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><Edmx>&d;</Edmx>'
TAGS = [b"<", b"/>", b"<Schema>", b"&amp;", b"&x;", b'"', b"\x00", b"<!DOCTYPE a>", b"\xff"]
LINES = [b"\r\n", b"\n\n", b"--B1", b"--C1--", b"--", b": ", b"HTTP/1.1 ", b"\x00"]


def read(document: bytes) -> Metadata | ValueError:
    try:
        return parse_metadata(document)
    except ValueError as error:
        return error


def opened(kind: str, body: bytes) -> object:
    try:
        return decode(kind, body)
    except ValueError as error:
        return error


@given(st.one_of(damaged(EDMX, TAGS), st.binary(max_size=40)))
@example(b'<?xml version="1.0" encoding="martian"?><Edmx/>')
@example(b'<?xml version="1.0" encoding="utf-7"?><Edmx/>')
@example(b'<?xml version="1.0" encoding="idna"?><Edmx/>')
@example(b"<Edmx>" + b"<a>" * 20_000)
@example(ENTITIES)
@example(b"<Edmx><Schema><EntityContainer><EntitySet/></EntityContainer></Schema></Edmx>")
def test_any_metadata(document: bytes) -> None:
    assert isinstance(read(EDMX), Metadata)
    assert isinstance(read(document), Metadata | ValueError)


def test_an_entity_is_never_resolved() -> None:
    assert isinstance(read(ENTITIES), ValueError)


@given(
    st.one_of(st.just(TYPE), damaged(TYPE.encode()).map(lambda one: one.decode("latin-1"))),
    st.one_of(damaged(BATCH, LINES), st.binary(max_size=40)),
)
@example("multipart/mixed; boundary=B1", b"--B1\r\n--B1--")
@example("multipart/mixed; boundary=B1", b"--B1\n\nHTTP/1.1 200\n--B1--")
@example('multipart/mixed; boundary=""', b"----\r\n")
@example("multipart/mixed; boundary=\xff", b"--\xff--")
def test_any_batch(kind: str, body: bytes) -> None:
    [done, refused] = decode(TYPE, BATCH)
    assert isinstance(done, list)
    assert isinstance(refused, PartReply)
    assert refused.status == 404
    assert isinstance(opened(kind, body), list | ValueError)
