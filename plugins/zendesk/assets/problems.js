// What went wrong, in words for the agent.

export class Problem extends Error {}

export const SETTINGS = "An administrator sets it: Admin Center → Apps and integrations → Zendesk Support apps → Amends.";

const WORDS = {
  401: "Amends refused the access key. An administrator sets a new one: `amends keys create zendesk`.",
  403: "The access key may not do this: it needs `draft`, `check`, `feedback` and `read`.",
  409: "This ticket is being drafted already. Try again in a moment.",
  429: "Amends has had too many requests with this access key. Try again in a moment.",
};

// What Amends or Zendesk answered in place of what was asked for.
export function refused(failure) {
  const status = Number(failure?.status) || 0;
  const said = detailOf(failure);
  if (WORDS[status]) return new Problem(said ? `${WORDS[status]}\n${said}` : WORDS[status]);
  if (said) return new Problem(`Amends could not do it: ${said}`);
  return new Problem(
    status ? `Amends cannot be reached: its address answered ${status}.` : "Amends cannot be reached. Try again in a moment.",
  );
}

function detailOf(failure) {
  const problem = failure?.responseJSON ?? parsed(failure?.responseText);
  if (!problem || typeof problem.type !== "string" || typeof problem.detail !== "string") return "";
  const fields = (Array.isArray(problem.errors) ? problem.errors : []).map((each) => `${each.field}: ${each.message}`);
  const more = fields.filter((each) => !problem.detail.includes(each));
  return [problem.detail, ...more].join("\n").slice(0, 1000);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
