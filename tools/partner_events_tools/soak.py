"""`make soak`: send many events through the running local stack, and reconcile every one.

Each event goes to a subscribed endpoint and through a workflow whose step tells a second one;
of both, a share of the first attempts is answered with an error. Ends with status 1 unless each
accepted event was delivered, and none again after a recorded success.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from partner_events.domain.delivery import DeliveryStatus
from partner_events.domain.execution import ExecutionStatus
from partner_events.domain.ids import (
    DeliveryId,
    EndpointId,
    TeamId,
    TriggerId,
    delivery_id,
    effect_id,
    execution_id,
)
from partner_events.wiring import Parts
