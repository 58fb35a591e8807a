"""Fills an empty help desk: an agent, a second one, the plugin's bot, and two queues. Run inside Django's shell."""

from django.contrib.auth import get_user_model
from helpdesk.models import Queue

User = get_user_model()
if not User.objects.exists():
    User.objects.create_superuser("maya", "maya@help.example", "maya-at-work")
    User.objects.create_user("tom", "tom@help.example", "tom-at-work", is_staff=True)
    User.objects.create_user("amends", "amends@help.example", "amends-at-work", is_staff=True)
    for title, public in (("Complaints", True), ("Invoices", True)):
        Queue.objects.create(
            title=title,
            slug=title.lower(),
            email_address=f"{title.lower()}@help.example",
            allow_public_submission=public,
            enable_notifications_on_email_events=True,  # whoever follows a ticket is mailed all that is written on it
        )
