"""The site map."""

from django.urls import include, path

urlpatterns = [
    path("", include("thulium_portal.site.urls")),
    path("accounts/", include("thulium_portal.accounts.urls")),
    path("people/", include("thulium_portal.accounts.people.urls")),
    path("", include("thulium_portal.notes.urls")),
    path("signatures/", include("thulium_portal.signatures.urls")),
    path("canned/", include("thulium_portal.canned.urls")),
    path("audit/evidence/", include("thulium_portal.evidence.urls")),
    path("audit/", include("thulium_portal.review.urls")),
    path("reports/", include("thulium_portal.reports.urls")),
    path("quality/", include("thulium_portal.quality.urls")),
    path("stop-rules/", include("thulium_portal.quality.stop_rules.urls")),
    path("privacy/", include("thulium_portal.privacy.urls")),
    path("command/", include("thulium_portal.command.urls")),
    path("handover/", include("thulium_portal.handover.urls")),
    path("bulk/", include("thulium_portal.bulk.urls")),
    path("", include("thulium_portal.operations.urls")),
    path("", include("thulium_portal.tickets.urls")),
    path("", include("thulium_portal.desk.urls")),
    path("", include("thulium_portal.replies.urls")),
]

handler400 = "thulium_portal.site.views.bad_request"
handler403 = "thulium_portal.site.views.permission_denied"
handler404 = "thulium_portal.site.views.page_not_found"
handler500 = "thulium_portal.site.views.server_error"
