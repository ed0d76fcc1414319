import { useEffect, useState } from "preact/hooks";

/** The parts of the view of one process. */
export const PROCESS_PARTS = ["log", "charts", "history", "settings"] as const;

export type ProcessPart = typeof PROCESS_PARTS[number];

/** What the page shows; it stands behind `#` in its address. */
export type Route =
  | { readonly view: "overview" }
  | { readonly view: "report" }
  | { readonly view: "process"; readonly name: string; readonly part: ProcessPart };

/** The address of a view. */
export function linkTo(route: Route): string {
  switch (route.view) {
    case "overview":
      return "#/";
    case "report":
      return "#/report";
    case "process":
      return `#/process/${encodeURIComponent(route.name)}/${route.part}`;
  }
}

/** Reads what stands behind `#`; anything unknown is the overview. */
export function readRoute(hash: string): Route {
  const [, view, name, part] = hash.slice(1).split("/");
  if (view === "report") return { view };
  if (view === "process" && name) {
    const known = PROCESS_PARTS.find((each) => each === part) ?? "log";
    return { view, name: decoded(name), part: known };
  }
  return { view: "overview" };
}

/** A name has no letters that need it; an address that somebody has typed may have. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What the page shows now. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const look = () => setHash(location.hash);
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return readRoute(hash);
}
