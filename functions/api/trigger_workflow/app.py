"""POST /api/v1/workflows/trigger: run one workflow for a contact, for all who have some tags,
or for everybody."""

from functools import partial
from http import HTTPStatus

from partner_events.domain.ids import TriggerId
from partner_events.domain.key import Scope
from partner_events.http.endpoint import Answer, Request, endpoint
from partner_events.http.idempotency import idempotency, replayed
from partner_events.http.send_event import SendReply
from partner_events.http.trigger_workflow import TriggerWorkflowRequest, trigger_workflow_answer
from partner_events.usecases.trigger_workflow import find_workflow, trigger_workflow
from partner_events.wiring import gate, new_id, parts


@endpoint(TriggerWorkflowRequest, scope=Scope.EVENTS_WRITE, bucket="events", gate=gate)
def handler(request: Request[TriggerWorkflowRequest]) -> Answer[SendReply]:
    team, body = request.caller.team.id, request.body
    accepted = trigger_workflow(
        body.to_event(team),
        workflow=partial(
            find_workflow,
            team,
            key=body.workflow_id,
            name=body.workflow_name,
            workflows=parts().workflows,
        ),
        id=TriggerId(new_id()),
        trigger_at=body.trigger_at,
        idempotency=idempotency(request, route="workflows/trigger"),
        answer=trigger_workflow_answer,
        now=request.now,
        contacts=parts().contacts,
        triggers=parts().triggers,
        dispatcher=parts().dispatcher,
    )
    return Answer(HTTPStatus.CREATED, accepted.answer, replayed(accepted.replayed))
