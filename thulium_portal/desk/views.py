"""The desk: what waits for an answer, the way to the next ticket and to any by its number."""

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from thulium_portal.accounts.http import StaffRequest, page_before, requires
from thulium_portal.accounts.models import User
from thulium_portal.accounts.roles import Permission
from thulium_portal.bulk import services as bulk
from thulium_portal.canned.placeholders.greeting import given_name
from thulium_portal.desk import assignment, reminders, today
from thulium_portal.desk.assignment import Outcome, Taken
from thulium_portal.desk.board import board_of
from thulium_portal.desk.freshness import Freshness, freshness
from thulium_portal.desk.selection import named_ticket, selection_of
from thulium_portal.lib.forms import parse_id, ticket_number
from thulium_portal.replies import worklist
from thulium_portal.replies.composer.agent import inactive_agent
from thulium_portal.replies.decisions import corrections
from thulium_portal.replies.models import Reply
from thulium_portal.replies.states import ATTENTION, State
from thulium_portal.replies.views.support import LONGEST_TICKET_NUMBER, no_ticket_number
from thulium_portal.replies.worklist import Waiting

MOST_ASIDE = 5
NOON, EVENING = 12, 18


@never_cache
@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """Where a day begins: who waits, what is begun, what needs attention.

    Who reads no tickets begins with the record.
    """
    person = request.user
    if not person.may(Permission.READ_TICKETS):
        return redirect(person.get_absolute_url())
    selection = selection_of(request.GET, person)
    if (number := named_ticket(selection.query)) is not None:
        return redirect("replies:compose", ticket_id=number)
    fresh, waiting = freshness(), worklist.waiting(person)
    mine = Reply.objects.filter(author=person).exclude(state=State.CANCELLED)
    context = {
        "greeting": _greeting(person),
        "inactive_agent": inactive_agent(person),
        "board": board_of(selection, person, waiting),
        **_aside(person, fresh, waiting),
        "drafts": bulk.written_alone(Reply.objects.drafts_of(person))[:MOST_ASIDE],
        "bulks": bulk.unfinished(person)[:MOST_ASIDE],
        # By the columns of an index: by number, all that the person ever wrote would be read.
        "attention": mine.needing_attention().order_by("-updated_at")[:MOST_ASIDE],
        "sent_back": Reply.objects.drafts_of(person).exclude(sent_back_by=None)[:MOST_ASIDE],
        "taken_over": Reply.objects.drafts_of(person)
        .exclude(taken_over_from=None)
        .select_related("taken_over_from__author")[:MOST_ASIDE],
        "recalls": corrections.waiting_for(person),
        "recent": mine.exclude(state__in=(State.DRAFT, *ATTENTION))
        .filter(submitted_at__isnull=False)
        .order_by("-submitted_at")[:MOST_ASIDE],
    }
    return render(request, "desk/index.html", context)


def _aside(person: User, fresh: Freshness, waiting: Waiting) -> dict[str, object]:
    """Return what stands beside the list and changes with it."""
    is_current = not fresh.worrying
    return {
        "freshness": fresh,
        "reminders": reminders.due(person, is_current=is_current, most=MOST_ASIDE),
        "today": today.of(person, waiting),
    }


@never_cache
@require_GET
@requires(Permission.READ_TICKETS)
def all_reminders(request: StaffRequest) -> HttpResponse:
    """One's own reminders, those to come as well."""
    mine = reminders.every(request.user, is_current=not freshness().worrying)
    return render(request, "desk/reminders.html", {"reminders": mine})


@never_cache
@require_GET
@requires(Permission.READ_TICKETS)
def refresh(request: StaffRequest) -> HttpResponse:
    """The list alone; 204 where all is as the page that asks has ``seen`` it.

    How old the list is changes all the time, so it comes beside it, as a header.
    """
    person = request.user
    fresh, waiting = freshness(), worklist.waiting(person)
    board = board_of(selection_of(request.GET, person), person, waiting)
    if request.GET.get("seen") == board.fingerprint():
        answer = HttpResponse(status=204)
    else:
        context = {"board": board, **_aside(person, fresh, waiting)}
        answer = render(request, "desk/_board.html", context)
    answer["X-Desk-Age"] = quote(fresh.words)
    answer["X-Desk-Worrying"] = "1" if fresh.worrying else ""
    return answer


@never_cache
@require_GET
@requires(Permission.READ_TICKETS)
def next_ticket(request: StaffRequest) -> HttpResponse:
    """Lead to the ticket to answer now; to the desk where nobody waits for this person.

    ``?write`` puts the cursor into the reply.
    """
    after = parse_id(request.GET.get("after"))
    number = worklist.next_ticket(request.user, after=after)
    if number is None:
        messages.info(request, _("Nobody is waiting for your reply now."))
        return redirect("desk:index")
    return redirect(f"{reverse('replies:compose', args=[number])}?write")


@require_GET
@requires(Permission.READ_TICKETS)
def open_ticket(request: StaffRequest) -> HttpResponse:
    """Open the ticket whose number or address was typed or pasted."""
    typed = request.GET.get("q", "")
    number = ticket_number(typed)
    if number is None:
        return no_ticket_number(request, typed)
    return redirect("replies:compose", ticket_id=number)


@require_POST
@requires(Permission.SEND_REPLIES)
def take(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Make a ticket that is nobody's one's own, and say what came of it."""
    if not 0 < ticket_id < LONGEST_TICKET_NUMBER:
        return no_ticket_number(request, str(ticket_id))
    if not request.user.agent_login:
        messages.warning(request, _("To take tickets you need an agent login."))
        return _back(request)
    taken = assignment.take(ticket_id, actor=request.user)
    say = messages.success if taken.outcome in {Outcome.TAKEN, Outcome.YOURS} else messages.warning
    say(request, _words(taken, ticket_id))
    return _back(request)


def _back(request: StaffRequest) -> HttpResponseRedirect:
    """Lead back to the page whose button was pressed; to the desk where that is not told."""
    page = page_before(request)
    return redirect("desk:index") if page == request.path else HttpResponseRedirect(page)


def _words(taken: Taken, ticket_id: int) -> str:
    text = {
        Outcome.TAKEN: _("Ticket %(number)s is yours now."),
        Outcome.YOURS: _("Ticket %(number)s was yours already."),
        Outcome.ANOTHERS: _("%(whose)s has ticket %(number)s now, so it stays with them."),
        Outcome.CLOSED: _("Ticket %(number)s is closed by now, so it was not taken."),
        Outcome.GONE: _("Ticket %(number)s is no longer in Thulium; it may have been merged."),
        Outcome.NOT_ALLOWED: _(
            "Thulium does not let the portal assign tickets, so ticket %(number)s was not taken. "
            "Tell your administrator; you can answer it all the same."
        ),
        Outcome.NO_ANSWER: _(
            "Thulium did not answer in time, so ticket %(number)s was not taken. "
            "Try again in a moment."
        ),
        Outcome.REFUSED: _("Thulium refused to assign ticket %(number)s to you."),
        Outcome.UNKNOWN: _(
            "It is not known yet whether ticket %(number)s was taken: Thulium has not confirmed "
            "it. The list will tell in a moment."
        ),
    }[taken.outcome]
    return text % {"number": ticket_id, "whose": taken.whose}


def _greeting(person: User) -> str:
    """Return the words a day begins with, by the reader's own clock."""
    name = person.get_short_name()
    if get_language() == "pl":
        name = given_name(name).vocative or name
    hour = timezone.localtime().hour
    if hour < NOON:
        text = pgettext("greeting", "Good morning, %(name)s")
    elif hour < EVENING:
        text = pgettext("greeting", "Good afternoon, %(name)s")
    else:
        text = pgettext("greeting", "Good evening, %(name)s")
    return text % {"name": name}
