"""What end-to-end tests share: processes with logs, the phones, a raw SIP socket. Standard library only."""

from .phones import Phones
from .process import E2eTest, Process, wait_until
from .rawsip import RawSip, Reply
from .registrar import MiniRegistrar
from .sipp import run_sipp

__all__ = [
    "E2eTest",
    "MiniRegistrar",
    "Phones",
    "Process",
    "RawSip",
    "Reply",
    "run_sipp",
    "wait_until",
]
