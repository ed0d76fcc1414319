import { useState } from "preact/hooks";
import { ConfirmDialog } from "../parts/confirm_dialog.tsx";
import { useApi } from "../parts/use_api.ts";
import { type Acted, scale } from "./actions.ts";

/** Asks how many instances an app is to have. */
export function ScaleButton({ of, isBusy, run }: {
  readonly of: Acted;
  readonly isBusy: boolean;
  readonly run: (what: () => Promise<{ readonly text: string; readonly isBad: boolean }>) => void;
}) {
  const api = useApi();
  const [isAsked, setAsked] = useState(false);
  const [number, setNumber] = useState("");
  const selector = of.app ?? of.name;
  const isNumber = /^\d{1,4}$/.test(number) && Number(number) <= 1000;
  const submit = () => {
    if (!isNumber) return;
    setAsked(false);
    run(() => scale(api, selector, Number(number)));
  };
  return (
    <>
      <button
        type="button"
        disabled={isBusy}
        aria-label={`Scale ${selector}`}
        onClick={() => setAsked(true)}
      >
        Scale
      </button>
      {isAsked && (
        <ConfirmDialog
          title={`Scale ${selector}`}
          verb="Scale"
          onYes={submit}
          onNo={() => setAsked(false)}
        >
          <p>Those that are too many are ended, the youngest first.</p>
          <label>
            Instances{" "}
            <input
              type="number"
              min="0"
              max="1000"
              value={number}
              onInput={(event) => setNumber(event.currentTarget.value)}
              onKeyDown={(event) => event.key === "Enter" && submit()}
            />
          </label>
        </ConfirmDialog>
      )}
    </>
  );
}
