"""The only code that opens sockets.

`WebResolver` asks the web, `Documents` a folder, `Offline` nobody; `Layered` and `Cached` combine
them. `wallet.net.preview` serves the recruiter's page to this machine.
"""

from wallet.net.cached import Cached, FactCache
from wallet.net.saved import Documents, Layered, Offline
from wallet.net.web import Limits, WebResolver

__all__ = [
    "Cached",
    "Documents",
    "FactCache",
    "Layered",
    "Limits",
    "Offline",
    "WebResolver",
]
