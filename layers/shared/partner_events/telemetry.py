"""Logs and metrics: one line for one outcome, ids as fields, no secrets and no bodies."""

from datetime import timedelta

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from partner_events.domain.delivery import Delivery

NAMESPACE = "PartnerEvents"

logger = Logger(service="partner-events")


def count(name: str, value: float = 1, **dimensions: str) -> None:
    """Count something in CloudWatch by a log line (EMF), which costs no call."""
    _emit(name, MetricUnit.Count, value, dimensions)


def time(name: str, milliseconds: float, **dimensions: str) -> None:
    _emit(name, MetricUnit.Milliseconds, milliseconds, dimensions)


def _emit(name: str, unit: MetricUnit, value: float, dimensions: dict[str, str]) -> None:
    with single_metric(name=name, unit=unit, value=value, namespace=NAMESPACE) as metric:
        for dimension, of in dimensions.items():
            metric.add_dimension(name=dimension, value=of)


def delivery_attempted(delivery: Delivery) -> None:
    """Tell of the last attempt of a delivery, and how long it took since the event occurred."""
    last = delivery.attempts[-1] if delivery.attempts else None
    logger.info(
        "Delivery attempted",
        delivery=delivery.id,
        endpoint=delivery.endpoint,
        status=delivery.status.value,
        attempt=len(delivery.attempts),
        status_code=last and last.status_code,
        error=(last and last.error) or delivery.failure,
    )
    count("Deliveries", result=delivery.status.value)
    if last and last.succeeded:
        latency = last.at + last.duration - delivery.created_at
        time("DeliveryLatency", latency / timedelta(milliseconds=1))
