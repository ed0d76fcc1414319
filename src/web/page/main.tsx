/**
 * The page of `tsm web`: the processes, their logs and charts, in a browser.
 *
 * @module
 */
import { render } from "preact";
import { App } from "./app.tsx";

render(<App />, document.getElementById("app")!);
