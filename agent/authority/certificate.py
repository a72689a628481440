"""A certificate: from which confidence on a judge may act alone, as ``evals calibrate`` wrote it.

One file is about one judge. It says for each playbook and class of risk the certified threshold,
or that there is none, and carries the coefficients of the judge's confidence if they were fitted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from agent.playbooks.playbook import Risk
from agent.reasoning.fitting import ModelFit
from agent.reasoning.weighing import Fit

BY_MODEL = "model/"

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class CertificateUnreadable(Exception):
    """A file is no certificate; an integrator looks at it, and until then it certifies nothing."""


class Plain(BaseModel):
    """What every part of a certificate has in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Certified(Plain):
    """What is certified for one playbook and class of risk.

    Args:
        playbook: The kind of conflict.
        risk: The class of risk.
        fingerprint: Of exactly the judge it holds for.
        threshold: The confidence from which it may act alone; none means never.
        n: How many calibration cases lay at or above the threshold, else how many there were.
        wrong: How many of these were wrong.
        alpha: The share of wrong ones that is guaranteed not to be exceeded.
        why: Why there is no threshold, or what it rests on.
    """

    playbook: str
    risk: Risk
    fingerprint: Hash
    threshold: Share | None
    n: Annotated[int, Field(ge=0)]
    wrong: Annotated[int, Field(ge=0)]
    alpha: Share
    why: str = ""


class Certificate(Plain):
    """What one judge is certified for; ``delta`` is the chance that a guarantee is wrong."""

    version: Literal[1] = Field(default=1, alias="schema")
    run: str
    reasoner: str
    judge: str
    embedder: str
    dataset: Hash
    issued: AwareDatetime
    expires: AwareDatetime
    delta: Share
    grid: tuple[Share, ...]
    fit: Mapping[str, float] = Field(default={})
    classes: tuple[Certified, ...]

    def of(self, playbook: str, risk: Risk) -> Certified | None:
        """Return what is said of a playbook and class of risk."""
        same = (one for one in self.classes if (one.playbook, one.risk) == (playbook, risk))
        return next(same, None)


def fit_name(coefficients: Mapping[str, float]) -> str:
    """Return the name of fitted coefficients; other ones have another name."""
    plain = json.dumps(dict(coefficients), sort_keys=True, separators=(",", ":"))
    return f"fitted-{hashlib.sha256(plain.encode()).hexdigest()[:12]}"


def weighing_fit(certificate: Certificate) -> Fit | None:
    """Return the weighing's fit that a certificate brings; none where it has none."""
    if not certificate.fit or certificate.judge.startswith(BY_MODEL):
        return None
    return Fit(name=fit_name(certificate.fit), **certificate.fit)


def model_fit(certificate: Certificate) -> ModelFit | None:
    """Return the fit of a model's diagnoses that a certificate brings; none where it has none."""
    if not certificate.fit or not certificate.judge.startswith(BY_MODEL):
        return None
    return ModelFit(name=fit_name(certificate.fit), **certificate.fit)


def read(file: Path) -> Certificate:
    """Return the certificate a file is.

    Raises:
        CertificateUnreadable: It cannot be read, or is none.
    """
    try:
        return Certificate.model_validate_json(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CertificateUnreadable(f"{file.name}: {error}") from error
    except ValidationError as error:
        one = error.errors()[0]
        field = ".".join(map(str, one["loc"])) or "file"
        raise CertificateUnreadable(f"{file.name}: {field}: {one['msg']}") from error


def written(certificate: Certificate) -> str:
    """Return a certificate as its file."""
    plain = certificate.model_dump(mode="json", by_alias=True)
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"
