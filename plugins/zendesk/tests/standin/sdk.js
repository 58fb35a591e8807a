// Stands in for Zendesk's framework in tests: the methods that its public reference documents, over messages of our own
// to standin/host.js. It is served in a test's browser under the address of the real one and nowhere else.
globalThis.ZAFClient = {
  init() {
    const asked = new URLSearchParams(location.search);
    const [origin, guid] = [asked.get("origin"), asked.get("app_guid")];
    if (!origin || !guid) return false;
    const waiting = new Map();
    addEventListener("message", ({ origin: from, source, data }) => {
      if (from !== origin || source !== parent || !waiting.has(data?.answers)) return;
      const { resolve, reject } = waiting.get(data.answers);
      waiting.delete(data.answers);
      "error" in data ? reject(data.error) : resolve(data.value);
    });
    const call = (method, ...given) =>
      new Promise((resolve, reject) => {
        const id = crypto.randomUUID();
        waiting.set(id, { resolve, reject });
        parent.postMessage({ id, guid, method, given: JSON.parse(JSON.stringify(given)) }, origin);
      });
    return {
      get: (paths) => call("get", paths),
      metadata: () => call("metadata"),
      context: () => call("context"),
      invoke: (action, ...given) => call("invoke", action, ...given),
      request: (options) => call("request", options),
    };
  },
};
