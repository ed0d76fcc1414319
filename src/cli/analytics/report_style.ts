/** How the page of `tsm report --html` looks: on a phone, on a desk, in the dark. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --paper: #fff; --faint: #697587; --rule: #dde3ea;
  --area: #4c8bd6; --peak: #c26a1b; --good: #2f8f4e; --fair: #b98100; --bad: #c8372d; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9f0; --paper: #14181e; --faint: #94a0b2; --rule: #2c343f; --peak: #e39a55; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--paper);
  color: var(--ink); font: 16px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.5rem; }
h2 { margin: 0 0 .5rem; font-size: 1.15rem; }
small, header p, dt, .times, .plot span { color: var(--faint); font-weight: normal; }
small, .times, .plot span { font-size: .8rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem .3rem 0; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--rule); }
th:first-child { text-align: left; }
a { color: inherit; }
tr.loop td:nth-of-type(1), tr.bad td:nth-of-type(2) { color: var(--bad); font-weight: bold; }
tr.fair td:nth-of-type(2) { color: var(--fair); font-weight: bold; }
section { margin: 1.25rem 0; padding: .9rem; border: 1px solid var(--rule);
  border-left: .3rem solid var(--faint); border-radius: .4rem; }
section.good { border-left-color: var(--good); }
section.fair { border-left-color: var(--fair); }
section.bad { border-left-color: var(--bad); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: .5rem 1rem;
  margin: 0 0 .75rem; }
dt { font-size: .8rem; }
dd { margin: 0; }
figure { margin: .75rem 0 0; }
svg { display: block; width: 100%; background: color-mix(in srgb, var(--faint) 9%, transparent); }
.strip svg { height: .7rem; }
.strip rect { fill: var(--bad); }
.plot { position: relative; }
.plot svg { height: 7rem; }
.plot span { position: absolute; left: .3rem; }
.plot .top { top: 0; }
.plot .zero { bottom: 0; }
.area { fill: var(--area); fill-opacity: .45; }
.peak { fill: none; stroke: var(--peak); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.times { display: flex; justify-content: space-between; gap: 1rem; }
`;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Makes text safe to stand in HTML, in attributes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
