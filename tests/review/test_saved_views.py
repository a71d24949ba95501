"""Filters of the review kept by name: one's own, found again, replaced, removed."""

import pytest
from django.test import Client

from tests.factories import make_person
from tests.support.pages import missing
from tests.support.record import submitted
from thulium_portal.review import services
from thulium_portal.review.models import SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_ewa):
    return as_ewa


def save(client: Client, name: str, filters: str) -> str:
    answer = client.post("/audit/views/save/", {"name": name, "filters": filters})
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_a_view_is_kept_opened_and_removed(client, anna):
    submitted(anna, ticket_id=11)
    submitted(anna, ticket_id=12)
    address = save(client, " Z jedenastki ", "ticket=11&before=3&q=&unknown=1")
    assert address == "/audit/?ticket=11"
    page = client.get(address).content.decode()
    assert not missing(page, "Z jedenastki", 'aria-current="page">')
    assert f'href="{address}"' in client.get("/audit/").content.decode()
    view = SavedView.objects.get()
    assert f"/audit/views/{view.pk}/forget/" in page
    client.post(f"/audit/views/{view.pk}/forget/")
    assert not SavedView.objects.exists()


def test_the_same_name_replaces_and_another_person_has_their_own(client, ewa, as_adam):
    save(client, "Moje", "ticket=11")
    save(client, "Moje", "ticket=12")
    view = SavedView.objects.get()
    assert view.query == "ticket=12"
    assert "Moje" not in as_adam.get("/audit/").content.decode()
    as_adam.post(f"/audit/views/{view.pk}/forget/")
    save(as_adam, "Moje", "ticket=13")
    assert SavedView.objects.count() == 2


def test_a_shared_view_is_offered_to_who_reviews_all_queues_and_removed_by_its_owner(
    client, as_adam, sign_in, iga
):
    fields = {"name": "Zwroty", "filters": "ticket=11", "is_shared": "on"}
    client.post("/audit/views/save/", fields)
    view = SavedView.objects.get()
    for other in (as_adam, sign_in(iga)):
        page = other.get("/audit/?ticket=11").content.decode()
        assert not missing(page, "Zwroty", "Ewa Kot")
        assert f"/audit/views/{view.pk}/forget/" not in page
        other.post(f"/audit/views/{view.pk}/forget/")
    assert SavedView.objects.exists()


def test_who_works_in_some_queues_is_offered_no_filters_of_others(client, sign_in):
    fields = {"name": "Zwroty", "filters": "customer=Maria", "is_shared": "on"}
    client.post("/audit/views/save/", fields)
    narrowed = make_person("jola", role="supervisor", queues=[3])
    assert "Maria" not in sign_in(narrowed).get("/audit/").content.decode()


@pytest.mark.parametrize(
    ("name", "filters"), [("", "ticket=1"), ("x" * 61, "ticket=1"), ("a", "ticket=x")]
)
def test_what_cannot_be_kept_is_told_and_the_list_stays(client, name, filters):
    page = client.get(save(client, name, filters))
    assert "notice" in page.content.decode() or "message" in page.content.decode()
    assert not SavedView.objects.exists()


def test_thirty_views_are_enough(client, ewa):
    for number in range(services.MOST_SAVED_VIEWS):
        services.save_view(f"{number}", "ticket=1", actor=ewa)
    save(client, "noch", "ticket=2")
    assert SavedView.objects.count() == services.MOST_SAVED_VIEWS
    save(client, "0", "ticket=2")
    assert SavedView.objects.get(name="0").query == "ticket=2"


def test_one_person_does_not_crowd_out_the_views_of_others(client, ewa, iga, monkeypatch):
    monkeypatch.setattr(services, "MOST_SHARED_VIEWS", 1)
    services.save_view("Pierwszy", "ticket=1", is_shared=True, actor=ewa)
    services.save_view("Pierwszy", "ticket=2", is_shared=True, actor=ewa)
    fields = {"name": "Drugi", "filters": "ticket=3", "is_shared": "on"}
    page = client.post("/audit/views/save/", fields, follow=True).content.decode()
    assert not missing(page, "Udostępniasz już bardzo wiele widoków")
    services.save_view("Drugi", "ticket=3", actor=ewa)
    assert [view.name for view in services.views_of(iga)] == ["Pierwszy"]


def test_the_name_of_a_view_turns_no_other_words_round(client, ewa):
    services.save_view("Zwroty \u202e", "ticket=1", actor=ewa)
    assert "<bdi>Zwroty" in client.get("/audit/").content.decode()
