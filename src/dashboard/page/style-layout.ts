/** Where things stand: three columns on a desk, one on a phone. */

export const layoutStyle = `
.top { display: flex; align-items: center; gap: 14px; padding: 9px 16px; }
.top h1 { font-size: 15px; font-weight: 650; letter-spacing: -.01em; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.top .space { flex: 1; }

.health { position: sticky; top: 0; z-index: 2; display: flex; margin: 0 16px; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.cell { position: relative; flex: 1 1 auto; padding: 6px 14px 10px; border-left: 1px solid var(--line); min-width: 0; }
.cell:first-child { border-left: 0; flex: 1.6 1 auto; }
body:not([data-streams="true"]) .health { display: none; }

main { display: grid; gap: 12px; padding: 12px 16px 16px; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr) 236px; align-items: start; }
.pictures, .series, .rail { display: grid; gap: 12px; min-width: 0; }
.empty { grid-column: 1 / -1; padding: 18vh 0; text-align: center; color: var(--soft); }
.rail:not(:has(> .panel:not([hidden]))) { display: none; }
main:not(:has(.rail > .panel:not([hidden]))) { grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); }
body[data-pictures="0"] .pictures, body[data-series="false"] .series { display: none; }
body[data-pictures="0"] main { grid-template-columns: minmax(0, 1fr) 236px; }
body[data-series="false"] main { grid-template-columns: minmax(0, 1fr) 236px; }
body[data-series="false"] main:not(:has(.rail > .panel:not([hidden]))), body[data-pictures="0"] main:not(:has(.rail > .panel:not([hidden]))) { grid-template-columns: minmax(0, 1fr); }
body[data-streams="false"] main { grid-template-columns: minmax(0, 560px); justify-content: center; padding-top: 32px; }
body[data-streams="false"] .list { grid-template-columns: minmax(0, 1fr); }
body[data-streams="false"] #pause { display: none; }

.panel.events, .panel.traces { order: -1; }
.panel.raster { order: -2; }
.pictures .body { height: clamp(180px, calc((100vh - 312px) / 2), 560px); }
body[data-pictures="1"] .pictures .body { height: clamp(220px, calc(100vh - 250px), 900px); }
body[data-pictures="3"] .pictures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
body[data-pictures="3"] .pictures > :last-child:nth-child(odd) { grid-column: 1 / -1; }
body[data-pictures="3"] main:has(.rail > .panel:not([hidden])) { grid-template-columns: minmax(0, 7fr) minmax(0, 5fr) 236px; }
body[data-pictures="3"] main:not(:has(.rail > .panel:not([hidden]))) { grid-template-columns: minmax(0, 7fr) minmax(0, 5fr); }
body[data-pictures="3"] .pictures .body { height: auto; aspect-ratio: var(--ratio); max-height: 60vh; }
body[data-series="false"] .pictures { grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
.raster .body { height: clamp(170px, calc((100vh - 396px) * .5), 520px); padding: 0 4px; }
.traces .body { height: clamp(130px, calc((100vh - 396px) * .3), 320px); padding: 0 4px; }
.rates .body { height: clamp(84px, calc((100vh - 396px) * .2), 220px); padding: 0 4px; }

.list { padding: 2px 12px 10px; display: grid; gap: 12px; }
.list .range { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: center; gap: 1px 8px; }
.list .range label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.list .range .value { display: flex; align-items: center; gap: 4px; color: var(--soft); font-size: 12px; }
.list .range .value input { width: 64px; color: var(--ink); }
.list .range > input, .list .ends { grid-column: 1 / -1; }
.list .ends { display: flex; justify-content: space-between; color: var(--soft); font-size: 11px; line-height: 1; }
.list .back { border: 0; background: none; padding: 0 2px; color: var(--soft); line-height: 1; }
.list .back:hover { color: var(--accent); }

.notices ul { list-style: none; padding: 0 12px 10px; display: grid; gap: 6px; font-size: 12px; }
.notices li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 8px; border-left: 3px solid var(--line); padding-left: 8px; }
.notices li[data-kind="dropped"], .notices li[data-kind="overrun"], .notices li[data-kind="stale"] { border-color: var(--warn); }
.notices b { grid-column: 1; }
.notices .count { grid-column: 2; grid-row: 1; }
.notices .at, .notices .message { grid-column: 1 / -1; color: var(--soft); overflow-wrap: anywhere; }

@media (max-width: 1080px) {
  main, main:not(:has(.rail > .panel:not([hidden]))), body[data-pictures="3"] main:has(.rail > .panel:not([hidden])) { grid-template-columns: minmax(0, 1fr) minmax(0, 1.25fr); }
  .rail { grid-column: 1 / -1; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); align-items: start; }
  body[data-streams="true"] .list { grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); }
  .health { flex-wrap: wrap; }
}
@media (max-width: 720px) {
  .top { padding: 8px 12px; gap: 10px; }
  .top kbd { display: none; }
  .health { margin: 0 8px; display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .cell { padding: 4px 10px 5px; border-left: 0; border-top: 1px solid var(--line); }
  .cell + .cell { border-left: 0; }
  .cell:first-child { grid-column: 1 / -1; border-top: 0; padding-bottom: 11px; display: flex; justify-content: space-between; align-items: baseline; }
  .cell dd { font-size: 13px; }
  main, main:not(:has(.rail > .panel:not([hidden]))), body[data-pictures="3"] main:has(.rail > .panel:not([hidden])), body[data-pictures="0"] main, body[data-series="false"] main { grid-template-columns: minmax(0, 1fr); padding: 8px; gap: 8px; }
  .pictures, .series, .rail { gap: 8px; }
  .rail { order: 1; }
  .series { order: 2; }
  .pictures .body, body[data-pictures="1"] .pictures .body { height: auto; aspect-ratio: var(--ratio); max-height: 70vh; }
  body[data-pictures="3"] .pictures { grid-template-columns: minmax(0, 1fr); }
  .raster .body { height: 240px; }
  .traces .body { height: 180px; }
  .rates .body { height: 120px; }
}
`
