"""What candidates agreed to. Whether recordings need it is a setting."""

from collections.abc import Collection

from app.config import PrivacySettings
from app.errors import Forbidden
from app.models import Consent, InterviewSession
from app.models.values.kinds import PURPOSES, Purpose
from app.repositories.base import AnySession, Ref
from app.repositories.privacy import ConsentRepository
from app.services.accounts.subject import Subject
from app.services.interviews.interview_service import InterviewService


class ConsentService:
    """Consent within one transaction."""

    def __init__(self, session: AnySession) -> None:
        self.session = session
        self.consents = ConsentRepository(session)

    async def give(self, subject: Subject, ref: Ref, purposes: Collection[Purpose], wording: str) -> Consent:
        """The candidate of an interview agrees to these purposes and to no others any more."""
        interview = await InterviewService(self.session).get(subject, ref)
        chosen = [purpose for purpose in PURPOSES if purpose in purposes]
        return await self.consents.add(Consent(session_id=interview.id, purposes=chosen, wording=wording))

    async def get(self, subject: Subject, ref: Ref) -> Consent | None:
        """What the candidate agreed to last, or None when nobody asked."""
        interview = await InterviewService(self.session).get(subject, ref)
        return await self.consents.newest(interview.id)

    async def require(self, interview: InterviewSession, purpose: Purpose, settings: PrivacySettings) -> None:
        """Forbidden when the candidate declined this, or, where consent is required, was not asked."""
        newest = await self.consents.newest(interview.id)
        if newest is None and not settings.require_consent:
            return
        if newest is None or purpose not in newest.purposes:
            message = f"The candidate has not agreed to this ({purpose}). Ask, and send the consent first."
            raise Forbidden(message, code="consent_required")
