import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Api } from "../connection/api.ts";
import { ApiError } from "../connection/api_error.ts";

/** The connection of this page; it is there wherever something is drawn that needs one. */
export const ApiContext = createContext<Api | undefined>(undefined);

/** The connection of this page. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error("nothing is connected");
  return api;
}

/** What was asked for, or why it did not come. */
export interface Loaded<T> {
  readonly value: T | undefined;
  readonly problem: string | undefined;
}

/**
 * Loads something, again whenever one of `inputs` changes, and at an interval while the page is
 * seen. Until a new value has come the old one stays, unless `key`, what it is of, has changed.
 *
 * @param every Milliseconds; `undefined`: only once.
 */
export function useLoaded<T>(
  load: (api: Api) => Promise<T>,
  key: string,
  every?: number,
): Loaded<T> {
  const api = useApi();
  const [loaded, setLoaded] = useState<Loaded<T> & { readonly key: string }>();
  useEffect(() => {
    let isOver = false;
    const look = async () => {
      if (document.hidden) return;
      try {
        const value = await load(api);
        if (!isOver) setLoaded({ key, value, problem: undefined });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (isOver) return;
        setLoaded((before) => ({
          key,
          value: before?.key === key ? before.value : undefined,
          problem: error.message,
        }));
      }
    };
    look();
    const timer = every === undefined ? undefined : setInterval(look, every);
    document.addEventListener("visibilitychange", look);
    return () => {
      isOver = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [api, key, every]);
  return loaded?.key === key ? loaded : { value: undefined, problem: undefined };
}
