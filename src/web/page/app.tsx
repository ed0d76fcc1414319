import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Api } from "./connection/api.ts";
import { ApiError } from "./connection/api_error.ts";
import { forgetSession, openSession, type Session } from "./connection/session.ts";
import { useLiveProcesses } from "./connection/use_live_processes.ts";
import { FIRST_ARRANGEMENT } from "./overview/arrange.ts";
import { Overview } from "./overview/overview.tsx";
import { type Outcome, Outcomes, TellContext } from "./parts/outcomes.tsx";
import { ApiContext } from "./parts/use_api.ts";
import { ProcessView } from "./process/process_view.tsx";
import { ReportView } from "./report/report_view.tsx";
import { linkTo, useRoute } from "./parts/routes.ts";

/** How many outcomes are shown at a time. */
const MAX_OUTCOMES = 5;
/** Milliseconds for which a good outcome is shown; a bad one stays until it is dismissed. */
const SHOWN = 6000;

/** The whole page. */
export function App() {
  const [session, setSession] = useState<Session>();
  const [refusal, setRefusal] = useState<string>();
  // At once: whoever goes on to a view of the page replaces the word in its address.
  const [opening] = useState(openSession);
  useEffect(() => {
    opening.then(
      (opened) => {
        if (opened) setSession(opened);
        else setRefusal("This page is opened by a link.");
      },
      (error) => setRefusal(error instanceof ApiError ? error.message : String(error)),
    );
  }, []);
  const api = useMemo(
    () =>
      session && new Api(session, (reason) => {
        forgetSession();
        setSession(undefined);
        setRefusal(reason.message);
      }),
    [session],
  );
  if (api) {
    return (
      <ApiContext.Provider value={api}>
        <Views api={api} />
      </ApiContext.Provider>
    );
  }
  return (
    <main class="gate">
      <h1>tsm</h1>
      {refusal === undefined ? <p>Opening …</p> : (
        <>
          <p role="alert">{refusal}</p>
          <p>
            Type <code>tsm web</code> in a terminal: it prints a link for another page.
          </p>
        </>
      )}
    </main>
  );
}

/** What is seen once the page may ask. */
function Views({ api }: { readonly api: Api }) {
  const route = useRoute();
  const live = useLiveProcesses(api);
  const [arrangement, setArrangement] = useState(FIRST_ARRANGEMENT);
  const { outcomes, tell, dismiss } = useOutcomes();
  const { root, read_only, version } = api.session;
  const title = route.view === "process"
    ? route.name
    : route.view === "report"
    ? "Report"
    : "Processes";
  useEffect(() => {
    document.title = `${title} – tsm`;
  }, [title]);
  const here = (view: string) => route.view === view ? { "aria-current": "page" as const } : {};
  return (
    <TellContext.Provider value={tell}>
      <header class="top">
        <a class="skip" href="#main" onClick={skipToMain}>Skip to content</a>
        <span class="brand" title={`tsm ${version}`}>tsm</span>
        <nav aria-label="Views">
          <a href={linkTo({ view: "overview" })} {...here("overview")}>Processes</a>
          <a href={linkTo({ view: "report" })} {...here("report")}>Report</a>
        </nav>
        <span class="root" title={root}>{root}</span>
        {read_only && <span class="badge calm">read only</span>}
        <span
          class={`badge ${live.state === "live" && !live.problem ? "good" : "bad"}`}
          role="status"
        >
          {live.state === "live" && !live.problem
            ? "live"
            : live.state === "lost" || live.problem
            ? "reconnecting"
            : "connecting"}
        </span>
      </header>
      {live.state === "lost" && live.problem && <p class="lost">{live.problem}</p>}
      <main id="main" tabIndex={-1}>
        {route.view === "overview" && (
          <Overview live={live} arrangement={arrangement} onArrange={setArrangement} />
        )}
        {route.view === "process" && (
          <ProcessView
            key={route.name}
            name={route.name}
            part={route.part}
            row={live.rows?.find(({ name }) => name === route.name)}
            isListed={live.rows?.some(({ name }) => name === route.name)}
            onDone={live.refresh}
          />
        )}
        {route.view === "report" && <ReportView />}
      </main>
      <Outcomes outcomes={outcomes} onDismiss={dismiss} />
    </TellContext.Provider>
  );
}

function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function useOutcomes() {
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const count = useRef(0);
  const dismiss = useCallback((id: number) => {
    setOutcomes((shown) => shown.filter((each) => each.id !== id));
  }, []);
  const tell = useCallback((text: string, isBad = false) => {
    const id = ++count.current;
    setOutcomes((shown) => [...shown, { id, text, isBad }].slice(-MAX_OUTCOMES));
    if (!isBad) setTimeout(() => dismiss(id), SHOWN);
  }, [dismiss]);
  return { outcomes, tell, dismiss };
}
