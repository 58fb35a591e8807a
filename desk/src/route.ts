// The page's address: what stands behind the # says what is shown.
import { useEffect, useState } from "preact/hooks";

export interface Route {
  page: "queue" | "draft" | "figures" | "open";
  id: string;
  query: URLSearchParams;
}

export function readRoute(hash = location.hash): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [page, id = ""] = path.split("/");
  const known = page === "draft" || page === "figures" || page === "open" ? page : "queue";
  return { page: known, id: decoded(id), query: new URLSearchParams(query) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function toDraft(id: string): string {
  return `#/draft/${encodeURIComponent(id)}`;
}

export function go(hash: string): void {
  location.hash = hash;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(readRoute());
  useEffect(() => {
    const listener = () => setRoute(readRoute());
    addEventListener("hashchange", listener);
    return () => removeEventListener("hashchange", listener);
  }, []);
  return route;
}
