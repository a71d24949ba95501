"""The pages of the second factor, named as django-allauth names them."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import RedirectView

from thulium_portal.accounts.http import with_own_sign_in
from thulium_portal.accounts.second_factor import views

_PASSKEY = "webauthn/keys/<int:pk>"

# Passkeys stand on the page itself.
_to_index = RedirectView.as_view(pattern_name="mfa_index", http_method_names=["get"])

urlpatterns = [
    path("", views.Index.as_view(), name="mfa_index"),
    path("authenticate/", login_not_required(views.SecondStep.as_view()), name="mfa_authenticate"),
    path("reauthenticate/", views.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("totp/activate/", views.AddApp.as_view(), name="mfa_activate_totp"),
    path("totp/deactivate/", views.RemoveApp.as_view(), name="mfa_deactivate_totp"),
    path("recovery-codes/", views.ShowCodes.as_view(), name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", views.MakeCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("webauthn/", _to_index, name="mfa_list_webauthn"),
    path("webauthn/add/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path(
        "webauthn/reauthenticate/",
        views.PasskeyAgain.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(f"{_PASSKEY}/edit/", views.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path(f"{_PASSKEY}/remove/", views.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path(
        "webauthn/login/",
        with_own_sign_in(login_not_required(views.PasskeySignIn.as_view())),
        name="mfa_login_webauthn",
    ),
]
