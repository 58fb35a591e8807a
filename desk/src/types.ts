// The contract's bodies, as far as the desk reads them.

export interface Finding {
  start: number; // offsets count code points
  end: number;
  excerpt: string;
  reason: string;
}

export interface Verdict {
  check: string;
  passed: boolean;
  blocking: boolean;
  findings: Finding[];
  advice: string | null;
  skipped: string | null;
  error: string | null;
}

export interface Alternative {
  draft: string;
  verdicts: Verdict[];
}

export interface Problem {
  type: string;
  status: number;
  request_id?: string | null;
  errors?: { field: string; message: string }[];
}

export interface Result {
  id: string;
  ref: string | null;
  status: "ready" | "needs_review" | "failed" | "queued" | "running" | "cancelled";
  draft?: string | null;
  verdicts?: Verdict[];
  alternatives?: Alternative[];
  escalate?: string | null;
  situation?: string;
  policy?: string;
  unverified_constraints?: string[];
  history_omitted?: number;
  problem?: Problem;
}

export interface Case {
  id: string | null;
  complaint: { text: string; channel: string; customer_name: string | null };
  context: {
    brand: string;
    agent: { name: string };
    facts: string[] | null;
    remedies: { id: string; text: string }[] | null;
    follow_up: { person: string | null; team: string | null; channel: string | null; by: string | null } | null;
    constraints: string[] | null;
    history: { from: "customer" | "agent"; text: string }[] | null;
  };
  options?: { max_words?: number | null; instruction?: string | null } | null;
}

export type Outcome = "sent" | "edited" | "rejected";

export interface ListedDraft {
  id: string;
  ref: string | null;
  created_at: string;
  status: "ready" | "needs_review" | "failed";
  situation: string;
  channel: string | null;
  customer_name: string | null;
  complaint: string | null;
  escalation: string | null;
  failed_checks: string[];
  feedback: Outcome | null;
}

export interface DraftList {
  drafts: ListedDraft[];
  next: string | null;
}

export interface Feedback {
  outcome: Outcome;
  text?: string;
  reason?: string;
}

export interface StoredFeedback {
  number: number; // counts the feedback on this draft
  at: string;
  outcome: Outcome;
  edit_distance: number | null;
}

export interface FeedbackList {
  feedback: StoredFeedback[]; // the oldest first; the last one counts
}

export interface Share {
  count: number;
  of: number;
  share: number;
  low: number;
  high: number;
}

export interface FeedbackFigures {
  drafts: number;
  rejected: number;
  acceptance: Share | null;
  edit_distance: { drafts: number; median: number; p90: number } | null;
}

export interface DraftFigures {
  drafts: number;
  ready: Share | null;
  escalated: Share | null;
  feedback: FeedbackFigures;
}

export interface Metrics {
  from: string;
  totals: DraftFigures;
  by_situation: { situation: string; figures: DraftFigures }[];
  by_check: {
    check: string;
    failed: Share | null;
    feedback_where_passed: FeedbackFigures;
    feedback_where_failed: FeedbackFigures;
  }[];
  by_day: { day: string; figures: DraftFigures }[];
}

export interface Session {
  signed_in: boolean;
  open: boolean; // nobody needs to sign in here
  draft_id: string | null; // the one draft of a session by link
  csrf: string | null;
  embedders: string[]; // pages that may hold the desk in a frame
}
