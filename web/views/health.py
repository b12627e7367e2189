"""Health checks for supervisors and load balancers: whether this process can serve requests."""

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from grader.database import reading
from web.services import status
from web.site import site

bp = Blueprint("health", __name__)


@bp.get("/health")
@bp.get("/healthz")
def health() -> Response:
    """200 if the database answers, else 503; the state of Redis and the runner is included, not required."""
    database = _database_answers()
    answer = jsonify(status.parts(database, site().backends))
    answer.status_code = 200 if database else 503
    return answer


def _database_answers() -> bool:
    try:
        with reading(site().engine) as session:
            return status.answers(session)
    except SQLAlchemyError:
        return False
