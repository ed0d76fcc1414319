import type { Failure } from "../../api/failure.ts";
import { reloadMessage } from "../../api/messages/reload.ts";
import { restartMessage } from "../../api/messages/restart.ts";
import type { Message } from "../../api/message.ts";
import type { Key } from "./decode_keys.ts";
import { type Line, line } from "./line.ts";
import type { SortKey, View } from "./state.ts";

/** What keys can do. */
export interface Controls {
  /** Moves down by so many processes or lines, or half screens. */
  move(by: number, unit?: "half screens"): void;
  /** Goes to the first process or line, or to the last. */
  moveTo(end: "first" | "last"): void;
  /** Shows another view, or, if it is shown already, the processes. */
  show(view: View): void;
  sortBy(key: SortKey): void;
  /** Lets the user type a filter. */
  filter(): void;
  /** Closes the present view, else removes the filter. */
  back(): void;
  /** Asks whether the selected process shall be stopped. */
  askToStop(): void;
  /** Sends a request about the selected process: "Restarting api …", then "Restarted api". */
  send(
    verb: { readonly doing: string; readonly done: string },
    message: Message<{ selectors: string[] }, Outcome>,
  ): void;
  suspend(): void;
  redraw(): void;
  quit(): void;
}

/** What requests about processes answer. */
export interface Outcome {
  readonly failed?: readonly Failure[];
}

/** What a key does. */
interface Binding {
  readonly keys: readonly Key[];
  /** What the help calls the keys; without it they are not in the help. */
  readonly label?: string;
  readonly help?: string;
  /** A word for the foot of the screen, where there is room. */
  readonly hint?: string;
  /** Views it works in; by default all. */
  readonly views?: readonly View[];
  run(controls: Controls): void;
}

/** Where one process is selected, and can be seen. */
const ABOUT_ONE: readonly View[] = ["processes", "log", "describe"];

/** Every key; a new one is one more entry. */
const BINDINGS: readonly Binding[] = [
  { keys: ["up", "k"], label: "↑ k", help: "go up", run: (to) => to.move(-1) },
  { keys: ["down", "j"], label: "↓ j", help: "go down", run: (to) => to.move(1) },
  { keys: ["pageup"], run: (to) => to.move(-1, "half screens") },
  {
    keys: ["pagedown", " "],
    label: "PgUp PgDn",
    help: "by half a screen",
    run: (to) => to.move(1, "half screens"),
  },
  { keys: ["home", "g"], run: (to) => to.moveTo("first") },
  {
    keys: ["end", "G"],
    label: "g G",
    help: "to the first, to the last",
    run: (to) => to.moveTo("last"),
  },
  {
    keys: ["/"],
    label: "/",
    help: "show only names that contain what you type",
    hint: "filter",
    views: ["processes"],
    run: (to) => to.filter(),
  },
  {
    keys: ["s"],
    label: "s",
    help: "stop it (asks first)",
    hint: "stop",
    views: ABOUT_ONE,
    run: (to) => to.askToStop(),
  },
  {
    keys: ["r"],
    label: "r",
    help: "restart it",
    hint: "restart",
    views: ABOUT_ONE,
    run: (to) => to.send({ doing: "Restarting", done: "Restarted" }, restartMessage),
  },
  {
    keys: ["R"],
    label: "R",
    help: "reload it, while another instance serves",
    views: ABOUT_ONE,
    run: (to) => to.send({ doing: "Reloading", done: "Reloaded" }, reloadMessage),
  },
  {
    keys: ["l", "enter"],
    label: "l Enter",
    help: "its log, on the whole screen",
    hint: "log",
    views: ABOUT_ONE,
    run: (to) => to.show("log"),
  },
  {
    keys: ["d"],
    label: "d",
    help: "describe it",
    hint: "describe",
    views: ABOUT_ONE,
    run: (to) => to.show("describe"),
  },
  {
    keys: ["c"],
    label: "c m n",
    help: "sort by CPU, memory, name; again: by id",
    hint: "sort",
    views: ["processes"],
    run: (to) => to.sortBy("cpu"),
  },
  { keys: ["m"], views: ["processes"], run: (to) => to.sortBy("memory") },
  { keys: ["n"], views: ["processes"], run: (to) => to.sortBy("name") },
  { keys: ["?", "h"], label: "?", help: "these keys", hint: "help", run: (to) => to.show("help") },
  { keys: ["escape"], label: "Esc", help: "back, or no filter", run: (to) => to.back() },
  { keys: ["ctrl-z"], label: "Ctrl-Z", help: "suspend; fg comes back", run: (to) => to.suspend() },
  { keys: ["ctrl-l"], run: (to) => to.redraw() },
  {
    keys: ["q"],
    label: "q",
    help: "quit; in other views: back",
    hint: "quit",
    views: ["processes"],
    run: (to) => to.quit(),
  },
  { keys: ["q"], hint: "back", views: ["log", "describe", "help"], run: (to) => to.back() },
  { keys: ["ctrl-c"], run: (to) => to.quit() },
];

/** What `key` does in `view`, if it does anything. */
export function bindingOf(key: Key, view: View): Binding | undefined {
  return BINDINGS.find(({ keys, views }) => keys.includes(key) && (views?.includes(view) ?? true));
}

/** The keys there are in a view, on one line: as many as there is room for, the last of all always. */
export function hints(view: View, columns: number): string {
  const words = BINDINGS
    .filter(({ hint, views }) => hint !== undefined && (views?.includes(view) ?? true))
    .map(({ keys, label, hint }) => `${label?.includes(" m ") ? "c/m/n" : keys[0]} ${hint}`);
  const last = words.pop() ?? "";
  let shown = "";
  for (const word of words) {
    if (shown.length + word.length + 2 + last.length > columns) break;
    shown += `${word}  `;
  }
  return shown + last;
}

/** Every key and what it does; in two columns where they would not fit below each other. */
export function helpLines(columns: number, height: number): Line[] {
  const told = BINDINGS.filter(({ label }) => label !== undefined)
    .map(({ label, help }) => `  ${label!.padEnd(10)}  ${help}`);
  const width = Math.max(...told.map((text) => text.length)) + 2;
  if (told.length <= height || columns < 2 * width) return told.map((text) => line(text));
  const rows = Math.ceil(told.length / 2);
  return told.slice(0, rows).map((text, index) =>
    line(text.padEnd(width) + (told[index + rows] ?? ""))
  );
}
