"""For supervisors and load balancers: whether this process can serve."""

from flask import Blueprint, Response, jsonify

from web.services import status

bp = Blueprint("health", __name__)


@bp.get("/health")
@bp.get("/healthz")
def health() -> Response:
    """200 once the database answers, 503 otherwise; Redis and the runner are told, not required."""
    parts = status.parts()
    answer = jsonify(parts)
    answer.status_code = 200 if parts["database"] else 503
    return answer
