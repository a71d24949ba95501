"""What other pages show of the quality review."""

from typing import Any

from django import template

from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.quality.forms import AnswerForm, AssessmentForm
from thulium_portal.quality.models import Assessment
from thulium_portal.quality.risks import Risk, risks_of
from thulium_portal.quality.services import may_assess
from thulium_portal.replies.models import Reply

register = template.Library()
MOST_SHOWN = 5


@register.inclusion_tag("quality/_panel.html", takes_context=True)
def quality_panel(context: dict[str, Any], uuid: str) -> dict[str, Any]:
    """Show a reviewer the verdict on the reply *uuid*, or the form for one."""
    reply = Reply.objects.filter(uuid=uuid).select_related("assessment__assessor").first()
    person: User = context["request"].user
    shown: dict[str, Any] = {"reply": reply, "person": person}
    if reply is None:
        return shown
    assessment = getattr(reply, "assessment", None)
    return shown | {
        "assessment": assessment,
        "risks": assessment.risks if assessment else risks_of(reply),
        "form": AssessmentForm() if not assessment and may_assess(reply, person) else None,
    }


@register.inclusion_tag("quality/_asked.html", takes_context=True)
def customers_question(context: dict[str, Any], uuid: str) -> dict[str, Any]:
    """Show, beside the reply *uuid*, what its customer had written."""
    return {"reply": Reply.objects.filter(uuid=uuid).first(), "person": context["request"].user}


@register.inclusion_tag("quality/_feedback.html", takes_context=True)
def quality_feedback(context: dict[str, Any]) -> dict[str, Any]:
    """Show a person the verdicts they have not acknowledged yet."""
    person: User = context["request"].user
    unread = Assessment.objects.unread_by(person).select_related("reply", "assessor")
    return {"assessments": list(unread[:MOST_SHOWN]), "form": AnswerForm(auto_id=False)}


@register.inclusion_tag("quality/_verdict.html", takes_context=True)
def quality_verdict(context: dict[str, Any], reply: Reply) -> dict[str, Any]:
    """Show the verdict on a reply to its author and to reviewers."""
    person: User = context["request"].user
    may = reply.author_id == person.pk or person.may(Permission.REVIEW_AUDIT)
    found = Assessment.objects.filter(reply=reply).select_related("assessor").first()
    return {"assessment": found if may else None}


@register.filter
def risk_label(name: str) -> str:
    """Return the words for a risk, its name where it is no longer known."""
    return str(Risk(name).label) if name in Risk.values else name
