import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** What came of something that was asked for. */
export interface Outcome {
  readonly id: number;
  readonly text: string;
  readonly isBad: boolean;
}

/** Tells what came of something: `tell("Restarted api")`. */
export type Tell = (text: string, isBad?: boolean) => void;

/** Where parts of the page tell what came of what they did. */
export const TellContext = createContext<Tell>(() => {});

/** Where to tell what came of something. */
export function useTell(): Tell {
  return useContext(TellContext);
}

/** What came of the last things that were done; read out by a screen reader as it comes. */
export function Outcomes({ outcomes, onDismiss }: {
  readonly outcomes: readonly Outcome[];
  readonly onDismiss: (id: number) => void;
}) {
  return (
    <div class="outcomes" role="status">
      {outcomes.map(({ id, text, isBad }) => (
        <div key={id} class={`outcome ${isBad ? "bad" : "good"}`}>
          <span>{text}</span>
          <button
            type="button"
            aria-label="Dismiss"
            onClick={() =>
              onDismiss(id)}
          >
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
