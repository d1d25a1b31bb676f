"""Mail addresses, in the form by which accounts are known."""

import email_validator
from email_validator import EmailNotValidError

MAXIMUM_LENGTH = 254
"""RFC 5321, with the angle brackets that SMTP adds."""

# A self-hosted server has accounts of its own network: user@host.local, user@localhost, user@home.arpa. This list is
# the library's documented way to allow them; it is the process's, as are our addresses.
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = ["invalid"]


def normal_address(text: str) -> str:
    """The address in lower case, its domain in Unicode whichever way it was written. ValueError says what is wrong.

    A domain may be internal or a bare host name. Nothing is asked of the network.
    """
    try:
        found = _read(text)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error
    if found.ascii_domain.rpartition(".")[2].isdigit():
        raise ValueError("The part after the @-sign must be a name, not a number.")
    return found.normalized.lower()


def mailable(address: str) -> str:
    """An address for mail servers, most of which know international domains in ASCII only."""
    return _read(address).ascii_email or address


def _read(text: str) -> email_validator.ValidatedEmail:
    return email_validator.validate_email(text, check_deliverability=False, globally_deliverable=False)
