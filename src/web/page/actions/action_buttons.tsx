import { useState } from "preact/hooks";
import { ApiError } from "../connection/api_error.ts";
import { ConfirmDialog } from "../parts/confirm_dialog.tsx";
import { useTell } from "../parts/outcomes.tsx";
import { useApi } from "../parts/use_api.ts";
import { act, type Acted, type ActionName, ACTIONS } from "./actions.ts";
import { ScaleButton } from "./scale_button.tsx";

/**
 * The buttons that do something to a process; none where the page may only look.
 *
 * @param isShort Only what is used most.
 */
export function ActionButtons({ of, isShort = false, onDone }: {
  readonly of: Acted;
  readonly isShort?: boolean;
  readonly onDone: () => void;
}) {
  const api = useApi();
  const tell = useTell();
  const [asked, setAsked] = useState<ActionName>();
  const [isBusy, setBusy] = useState(false);
  if (api.session.read_only) return null;
  const run = async (what: () => Promise<{ readonly text: string; readonly isBad: boolean }>) => {
    setAsked(undefined);
    setBusy(true);
    try {
      const { text, isBad } = await what();
      tell(text, isBad);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      tell(error.message, true);
    } finally {
      setBusy(false);
      onDone();
    }
  };
  const choose = (name: ActionName) => {
    if (ACTIONS[name].question === undefined) run(() => act(api, ACTIONS[name], of));
    else setAsked(name);
  };
  const names = (Object.keys(ACTIONS) as ActionName[])
    .filter((name) => ACTIONS[name].fits(of.status) && !(isShort && name === "reload"));
  return (
    <span class="actions">
      {names.map((name) => (
        <button
          key={name}
          type="button"
          disabled={isBusy}
          aria-label={`${ACTIONS[name].label} ${of.name}`}
          onClick={() => choose(name)}
        >
          {ACTIONS[name].label}
        </button>
      ))}
      {isShort ? null : <ScaleButton of={of} isBusy={isBusy} run={run} />}
      {asked && (
        <ConfirmDialog
          title={`${ACTIONS[asked].label} ${of.name}?`}
          verb={ACTIONS[asked].label}
          onYes={() => run(() => act(api, ACTIONS[asked], of))}
          onNo={() => setAsked(undefined)}
        >
          <p>{ACTIONS[asked].question}</p>
          {of.command.includes("web --here") && <p>It serves this page, which ends with it.</p>}
        </ConfirmDialog>
      )}
    </span>
  );
}
