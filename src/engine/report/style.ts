/**
 * The report's one style sheet: system fonts, two side colours that also differ in lightness, light and dark by the reader's
 * setting, and a print version. No inline style anywhere: the page's policy allows this sheet alone, by its hash.
 */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fafbfc;--card:#fff;--ink:#1b232b;--soft:#5a6672;--line:#dde3e9;--a:#1f6fb8;--b:#b4560c;--mark:#fff3c9;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--bg:#12171c;--card:#1a2128;--ink:#e4e9ee;--soft:#9aa7b3;--line:#303a44;--a:#6db3f2;--b:#f0a35e;--mark:#3d3515;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1060px;margin:0 auto;padding:24px 20px 48px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:18px;margin:0 0 12px;overflow-wrap:anywhere}h3{font-size:13px;margin:24px 0 8px;color:var(--soft);text-transform:uppercase;letter-spacing:.05em}
.soft,footer{color:var(--soft);font-size:13px}
section{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:20px;margin:20px 0}
.name{overflow-wrap:anywhere;white-space:pre-wrap}
.tag{display:inline-block;min-width:1.5em;text-align:center;border-radius:4px;font-weight:700;color:var(--card);padding:0 .3em}
.tag.a{background:var(--a)}.tag.b{background:var(--b)}
.verdict{font-size:24px;font-weight:650;margin:16px 0 0}
.numbers{margin:2px 0 0;color:var(--soft)}.numbers b{color:var(--ink);font-size:18px}
.reasoning{font-size:16px;max-width:70ch;white-space:pre-wrap;overflow-wrap:anywhere}
.moment{display:grid;grid-template-columns:1fr 1fr;gap:8px;margin:0 0 10px}
.picture{position:relative;line-height:0}.picture img{width:100%;border-radius:4px;display:block}
.picture svg{position:absolute;inset:0;width:100%;height:100%}.region{fill:none;stroke:#ffd84d;stroke-width:2;vector-effect:non-scaling-stroke}
.moment figcaption{grid-column:1/-1;font-size:13px;color:var(--soft)}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 28px}
@media (max-width:760px){.two{grid-template-columns:1fr}}
svg{display:block;max-width:100%;height:auto}
.gauge{width:640px;margin:10px 0 0}.rankbar{width:220px}
.axis{stroke:var(--line);stroke-width:2}.zero{stroke:var(--soft);stroke-width:1.5}.tie{fill:var(--line);opacity:.6}
.bar.a{fill:var(--a)}.bar.b{fill:var(--b)}.dot.a{fill:var(--a)}.dot.b{fill:var(--b)}.dot{stroke:var(--card);stroke-width:2}
.beyond.a{fill:var(--a)}.beyond.b{fill:var(--b)}.gauge .bar{opacity:.35}.whisker{stroke-width:4;opacity:.75}.whisker.a{stroke:var(--a)}.whisker.b{stroke:var(--b)}
.mark{stroke-width:4;stroke-linecap:round}.mark.a{stroke:var(--a)}.mark.b{stroke:var(--b)}
text{fill:var(--ink);font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.tick{fill:var(--soft);font-size:12px;text-anchor:middle}.tick.start{text-anchor:start}.tick.last,.value{text-anchor:end}
.end{font-weight:700;text-anchor:middle;font-size:15px}.end.a{fill:var(--a)}.end.b{fill:var(--b)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}th{text-align:left;font-weight:600;color:var(--soft);font-size:13px}
td,th{padding:6px 10px 6px 0;border-bottom:1px solid var(--line);vertical-align:middle}
tr.differs td{background:var(--mark)}tr.differs td:first-child::after{content:" \\2260";color:var(--soft)}
td.number{text-align:right;white-space:nowrap}td img{width:112px;border-radius:3px;display:block}
.bad{color:var(--bad)}ul{padding-left:1.2em;margin:4px 0}
@media print{body{background:#fff}section{break-inside:avoid;border-color:#ccc}}
`;
