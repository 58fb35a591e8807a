"""Contains all the data models used in inputs/outputs"""

from .agent import Agent
from .alternative import Alternative
from .attempt import Attempt
from .attempt_checked import AttemptChecked
from .attempt_failed import AttemptFailed
from .attempt_started import AttemptStarted
from .audit_entry import AuditEntry
from .audit_entry_figures import AuditEntryFigures
from .audit_page import AuditPage
from .batch import Batch
from .batch_counts import BatchCounts
from .batch_fault import BatchFault
from .batch_line import BatchLine
from .batch_line_status import BatchLineStatus
from .batch_status import BatchStatus
from .case import Case
from .check_figures import CheckFigures
from .check_input import CheckInput
from .check_result import CheckResult
from .complaint import Complaint
from .complaint_channel import ComplaintChannel
from .context import Context
from .day_figures import DayFigures
from .deletion import Deletion
from .deletion_request import DeletionRequest
from .delivery import Delivery
from .delivery_page import DeliveryPage
from .delivery_status import DeliveryStatus
from .draft_figures import DraftFigures
from .draft_list import DraftList
from .draft_metrics import DraftMetrics
from .edit_distances import EditDistances
from .event_body import EventBody
from .event_body_type import EventBodyType
from .event_data import EventData
from .feedback import Feedback
from .feedback_figures import FeedbackFigures
from .feedback_list import FeedbackList
from .feedback_outcome import FeedbackOutcome
from .field_fault import FieldFault
from .follow_up import FollowUp
from .health import Health
from .history_item import HistoryItem
from .history_item_from import HistoryItemFrom
from .link import Link
from .link_input import LinkInput
from .list_deliveries_status import ListDeliveriesStatus
from .list_drafts_channel_type_0 import ListDraftsChannelType0
from .list_drafts_feedback_type_0 import ListDraftsFeedbackType0
from .list_drafts_status_type_0 import ListDraftsStatusType0
from .listed_draft import ListedDraft
from .listed_draft_channel_type_0 import ListedDraftChannelType0
from .listed_draft_feedback_type_0 import ListedDraftFeedbackType0
from .listed_draft_status import ListedDraftStatus
from .options import Options
from .options_delivery_type_0 import OptionsDeliveryType0
from .problem import Problem
from .prompt_figures import PromptFigures
from .prompt_version import PromptVersion
from .remedy import Remedy
from .result import Result
from .result_status import ResultStatus
from .share import Share
from .situation_figures import SituationFigures
from .stored_feedback import StoredFeedback
from .stored_feedback_outcome import StoredFeedbackOutcome
from .tenure_figures import TenureFigures
from .ticket import Ticket
from .ticket_status import TicketStatus
from .timings import Timings
from .usage import Usage
from .verdict import Verdict
from .verdict_decided_by import VerdictDecidedBy
from .verdict_finding import VerdictFinding
from .webhook import Webhook
from .webhook_events_item import WebhookEventsItem
from .webhook_input import WebhookInput
from .webhook_input_events_type_0_item import WebhookInputEventsType0Item
from .webhook_list import WebhookList
from .webhook_with_secret import WebhookWithSecret
from .webhook_with_secret_events_item import WebhookWithSecretEventsItem

__all__ = (
    "Agent",
    "Alternative",
    "Attempt",
    "AttemptChecked",
    "AttemptFailed",
    "AttemptStarted",
    "AuditEntry",
    "AuditEntryFigures",
    "AuditPage",
    "Batch",
    "BatchCounts",
    "BatchFault",
    "BatchLine",
    "BatchLineStatus",
    "BatchStatus",
    "Case",
    "CheckFigures",
    "CheckInput",
    "CheckResult",
    "Complaint",
    "ComplaintChannel",
    "Context",
    "DayFigures",
    "Deletion",
    "DeletionRequest",
    "Delivery",
    "DeliveryPage",
    "DeliveryStatus",
    "DraftFigures",
    "DraftList",
    "DraftMetrics",
    "EditDistances",
    "EventBody",
    "EventBodyType",
    "EventData",
    "Feedback",
    "FeedbackFigures",
    "FeedbackList",
    "FeedbackOutcome",
    "FieldFault",
    "FollowUp",
    "Health",
    "HistoryItem",
    "HistoryItemFrom",
    "Link",
    "LinkInput",
    "ListDeliveriesStatus",
    "ListDraftsChannelType0",
    "ListDraftsFeedbackType0",
    "ListDraftsStatusType0",
    "ListedDraft",
    "ListedDraftChannelType0",
    "ListedDraftFeedbackType0",
    "ListedDraftStatus",
    "Options",
    "OptionsDeliveryType0",
    "Problem",
    "PromptFigures",
    "PromptVersion",
    "Remedy",
    "Result",
    "ResultStatus",
    "Share",
    "SituationFigures",
    "StoredFeedback",
    "StoredFeedbackOutcome",
    "TenureFigures",
    "Ticket",
    "TicketStatus",
    "Timings",
    "Usage",
    "Verdict",
    "VerdictDecidedBy",
    "VerdictFinding",
    "Webhook",
    "WebhookEventsItem",
    "WebhookInput",
    "WebhookInputEventsType0Item",
    "WebhookList",
    "WebhookWithSecret",
    "WebhookWithSecretEventsItem",
)
