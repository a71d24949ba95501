from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """The ``evidence`` app: packs what others keep, and keeps nothing itself."""

    name = "thulium_portal.evidence"
    label = "evidence"
