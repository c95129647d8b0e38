/** The page's style, light and dark. Colours that mean something are Okabe and Ito's, or shades of them. */

import { layoutStyle } from './style-layout.ts'

const light = `
  --ground: #eef0f2; --panel: #ffffff; --raised: #f5f6f8; --line: #dde1e5; --grid: #e9ecef;
  --ink: #16191d; --soft: #5a636c; --faint: #a9b1b9;
  --accent: #0072b2; --good: #007a5c; --warn: #a85400; --bad: #b3261e;
  --screen: #f3f4f6; --none: #c3c9cf; --on: #0064a8; --off: #d55e00;
  --positive: #4a9fd8; --positive-end: #063f73; --negative: #e8954a; --negative-end: #7f2f00;
  --line-0: #0072b2; --line-1: #d55e00; --line-2: #007f5f; --line-3: #b5548f; --line-4: #b37900; --line-5: #3a8fc4; --line-6: #5a4fb0; --line-7: #45505a;`

const dark = `
  --ground: #0d1013; --panel: #15191d; --raised: #1c2126; --line: #272d33; --grid: #20262b;
  --ink: #e4e8eb; --soft: #98a3ad; --faint: #56616b;
  --accent: #56b4e9; --good: #3cc79a; --warn: #f0a63a; --bad: #ff7a6b;
  --screen: #0a0c0f; --none: #39424a; --on: #62bdf2; --off: #f0903a;
  --positive: #2579b3; --positive-end: #b8e4ff; --negative: #b8590f; --negative-end: #ffdba6;
  --line-0: #56b4e9; --line-1: #f08043; --line-2: #2fc79b; --line-3: #d98fbd; --line-4: #e6b422; --line-5: #9ad3f5; --line-6: #a79ff0; --line-7: #c4ccd3;`

const pieces = `
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 13px/1.4 ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; }
h1, h2, p, dl, dd, ul { margin: 0; padding: 0; font-size: inherit; font-weight: inherit; }
b { font-weight: 600; }
button, input { font: inherit; color: inherit; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.faint { color: var(--soft); }

button { border: 1px solid var(--line); border-radius: 5px; background: var(--panel); padding: 2px 9px; cursor: pointer; }
button:hover { background: var(--raised); }
button[aria-pressed="true"] { background: var(--ink); border-color: var(--ink); color: var(--panel); }
kbd { font: inherit; font-size: 11px; color: var(--soft); border: 1px solid var(--line); border-radius: 3px; padding: 0 4px; margin-left: 7px; }
[aria-pressed="true"] kbd { color: inherit; border-color: currentcolor; opacity: .7; }

.lamp { display: inline-flex; align-items: center; gap: 6px; color: var(--soft); white-space: nowrap; font-size: 12px; }
.lamp::before { content: ""; width: 7px; height: 7px; border-radius: 50%; border: 1.5px solid currentcolor; box-sizing: border-box; }
[data-connection="live"] .top .lamp::before, [data-state="live"] .lamp::before { background: var(--good); border-color: var(--good); }
[data-connection="lost"] .top .lamp, [data-state="stale"] .lamp { color: var(--warn); font-weight: 600; }
[data-connection="lost"] .top .lamp::before, [data-state="stale"] .lamp::before { border-radius: 1px; transform: rotate(45deg); }
[data-connection="ended"] .top .lamp::before, [data-state="ended"] .lamp::before, [data-state="paused"] .lamp::before { border-radius: 1px; background: currentcolor; }

.cell dt { color: var(--soft); font-size: 11px; white-space: nowrap; }
.cell dd { font-size: 15px; font-weight: 500; letter-spacing: -.01em; white-space: nowrap; line-height: 1.35; overflow: hidden; text-overflow: ellipsis; }
.cell[data-grade="warn"] dd { color: var(--warn); }
.cell[data-grade="bad"] dd { color: var(--bad); }
.cell[data-grade="warn"] dt::after, .cell[data-grade="bad"] dt::after { content: " \\25B2"; color: var(--warn); }
.cell[data-grade="bad"] dt::after { color: var(--bad); }
.budget { position: absolute; left: 14px; right: 14px; bottom: 6px; height: 3px; border-radius: 2px; background: var(--line); overflow: hidden; }
.budget i { position: absolute; top: 0; bottom: 0; }
.budget .p50 { left: 0; width: 0; background: var(--good); border-radius: 2px; }
.budget .p99 { width: 2px; margin-left: -2px; background: var(--ink); }
[data-grade="warn"] .budget .p50 { background: var(--warn); }
[data-grade="bad"] .budget .p50 { background: var(--bad); }

.panel { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; min-width: 0; display: flex; flex-direction: column; }
.panel > header { display: flex; align-items: baseline; gap: 10px; padding: 8px 12px 6px; }
.panel h2 { font-weight: 600; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.panel .note { color: var(--soft); font-size: 12px; white-space: pre; overflow: hidden; text-overflow: ellipsis; }
.panel > header .lamp { margin-left: auto; }
.panel .foot { padding: 6px 12px 9px; display: grid; grid-template-columns: minmax(0, 1fr); gap: 7px; font-size: 12px; }
.panel .body { min-height: 0; }
[data-state="stale"] canvas.screen, [data-state="stale"] canvas.plot { opacity: .45; }
[data-state="waiting"] canvas.screen { visibility: hidden; }
.pictures .body { --ratio: 1.333; container-type: size; background: var(--screen); border-block: 1px solid var(--line); display: flex; justify-content: center; align-items: center; }
canvas.screen { display: block; aspect-ratio: var(--ratio); width: min(100cqw, 100cqh * var(--ratio)); image-rendering: pixelated; touch-action: pan-y; }
.image canvas.screen, .raster canvas.plot { cursor: crosshair; }
canvas.plot { display: block; width: 100%; height: 100%; touch-action: pan-y; }

.legend { display: flex; align-items: center; flex-wrap: wrap; gap: 3px 16px; color: var(--soft); min-height: 21px; }
.legend b { color: var(--ink); }
.key { display: inline-flex; align-items: baseline; gap: 5px; white-space: nowrap; }
.key:empty { display: none; }
.key.on::before, .key.off::before { content: "+"; align-self: center; width: 13px; height: 13px; border-radius: 3px; background: var(--on); color: var(--panel); font: 700 11px/12px ui-monospace, monospace; text-align: center; }
.key.off::before { content: "\\2212"; background: var(--off); }
.key.dash::before { content: ""; align-self: center; width: 20px; border-top: 2px solid var(--mark); }
.key.dash-1::before { border-top-style: dashed; }
.key.dash-2::before { border-top-style: dotted; }
.scale { flex-wrap: nowrap; gap: 8px; flex: none; min-width: 186px; }
.bar { width: 104px; height: 9px; border-radius: 2px; border: 1px solid var(--line); flex: none; }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 12px; }
.choice { display: inline-flex; flex: none; }
.choice button { border-radius: 0; padding: 1px 8px; margin-left: -1px; }
.choice button:first-child { border-radius: 5px 0 0 5px; }
.choice button:last-child { border-radius: 0 5px 5px 0; }
.chips { display: contents; }
.chip { border-left: 4px solid var(--mark); padding: 0 7px; font-size: 12px; color: var(--ink); }

input[type="number"] { border: 1px solid var(--line); border-radius: 5px; background: var(--raised); padding: 1px 6px; text-align: right; -moz-appearance: textfield; appearance: textfield; }
input[type="number"]::-webkit-inner-spin-button { display: none; }
input[type="number"]:invalid { border-color: var(--bad); }
.legend input { width: 76px; font-size: 12px; text-align: left; }
input[type="range"] { -webkit-appearance: none; appearance: none; width: 100%; height: 18px; margin: 0; background: none; cursor: pointer; --place: 0; }
input[type="range"]::-webkit-slider-runnable-track { height: 4px; border-radius: 2px; background: linear-gradient(to right, var(--accent) calc(var(--place) * 100%), var(--line) 0); }
input[type="range"]::-webkit-slider-thumb { -webkit-appearance: none; width: 14px; height: 14px; margin-top: -5px; border-radius: 50%; background: var(--panel); border: 2px solid var(--accent); }
input[type="range"]::-moz-range-track { height: 4px; border-radius: 2px; background: linear-gradient(to right, var(--accent) calc(var(--place) * 100%), var(--line) 0); }
input[type="range"]::-moz-range-thumb { width: 10px; height: 10px; border-radius: 50%; background: var(--panel); border: 2px solid var(--accent); }
.row .range { max-width: 340px; display: flex; align-items: center; gap: 8px; flex: 1 1 150px; min-width: 0; color: var(--soft); }
.row .range input[type="number"] { width: 44px; color: var(--ink); }
.row .range .value { order: 3; white-space: nowrap; }
.row .range .unit { margin-left: 4px; }
`

export const style: string = `:root { color-scheme: light dark;${light}
}
@media (prefers-color-scheme: dark) { :root {${dark}
} }
${pieces}${layoutStyle}`
