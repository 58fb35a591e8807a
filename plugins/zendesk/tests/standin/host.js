// Stands in for Zendesk's page around a ticket: gives an app what the public reference says that it gets.
// Secure settings never come here: the server behind /proxy has them.
const { app, guid, metadata, context, paths } = JSON.parse(document.getElementById("given").textContent);
const editor = document.getElementById("editor");
globalThis.invoked = [];

// As the reference says of the editor: HTML comes in, and a sanitizer leaves of it what a reply may have.
function sanitized(html) {
  const found = new DOMParser().parseFromString(html, "text/html").body;
  for (const each of [...found.querySelectorAll("*")]) if (each.tagName !== "BR") each.replaceWith(`[${each.tagName}]`);
  return found.innerHTML;
}

const methods = {
  get: (asked) => ({ errors: {}, ...Object.fromEntries([asked].flat().map((path) => [path, paths[path]])) }),
  metadata: () => metadata,
  context: () => context,
  invoke(action, ...given) {
    invoked.push([action, ...given]);
    if (action === "ticket.editor.insert") {
      if (editor.hidden) throw new Error("no editor");
      editor.innerHTML += sanitized(given[0]);
    }
    if (action === "resize") Object.assign(document.querySelector("iframe").style, given[0]);
  },
  async request(options) {
    const answer = await fetch("/proxy", { method: "POST", body: JSON.stringify(options) });
    const said = await answer.json();
    if (said.status >= 200 && said.status < 300) return options.dataType === "json" ? JSON.parse(said.text) : said.text;
    throw { status: said.status, statusText: said.reason, responseText: said.text };
  },
};

addEventListener("message", async ({ origin, source, data }) => {
  const frame = document.querySelector("iframe");
  if (source !== frame.contentWindow || origin !== new URL(app).origin || data?.guid !== guid) return;
  const answers = data.id;
  try {
    source.postMessage({ answers, value: (await methods[data.method](...data.given)) ?? null }, origin);
  } catch (error) {
    source.postMessage({ answers, error: error instanceof Error ? { message: error.message } : error }, origin);
  }
});

document.querySelector("iframe").src = `${app}?origin=${encodeURIComponent(location.origin)}&app_guid=${guid}`;
