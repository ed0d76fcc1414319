import { useLayoutEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";

/** A question before something is done. It is modal: the browser keeps the focus in it, and Escape says no. */
export function ConfirmDialog({ title, verb, children, onYes, onNo }: {
  readonly title: string;
  /** What the button says that does it. */
  readonly verb: string;
  readonly children?: ComponentChildren;
  readonly onYes: () => void;
  readonly onNo: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current!;
    element.showModal();
    // The browser gives the focus back to where it was.
    return () => element.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="question" onClose={onNo}>
      <h2 id="question">{title}</h2>
      {children}
      <div class="buttons">
        <button type="button" onClick={onNo}>Cancel</button>
        <button type="button" class="primary" onClick={onYes}>{verb}</button>
      </div>
    </dialog>
  );
}
