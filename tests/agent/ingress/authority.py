"""Certificates of an authority of our own."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """One that vouches for others, and the file of its certificate."""

    file: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def authority(file: Path) -> Authority:
    """Make an authority, and write its certificate to a file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), _name(f"Authority {file.stem}")
    signs = x509.BasicConstraints(ca=True, path_length=0)
    builder = _builder(name, name, key.public_key()).add_extension(signs, critical=True)
    certificate = builder.sign(key, SHA256())
    file.write_bytes(certificate.public_bytes(Encoding.PEM))
    return Authority(file, certificate, key)


def vouched(by: Authority, file: Path, address: str) -> Path:
    """Write a certificate for a server at an address, and its key, to a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(address), by.certificate.subject, key.public_key())
    at = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
    signed = builder.add_extension(at, critical=False).sign(by.key, SHA256())
    own = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(own + signed.public_bytes(Encoding.PEM))
    return file


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
