/**
 * The HTML report: a pure function from data to one self-contained page. No scripts, no outside resources: a policy in the page
 * forbids both, so that a report of strangers' files is safe to open and to mail.
 */
import { createHash } from 'node:crypto';
import { comparisonSection } from './comparison.js';
import { markup, Html, type HtmlValue } from './escape.js';
import { rankingSection } from './ranking.js';
import { STYLE } from './style.js';
import type { ReportData } from './types.js';

export { comparisonPictures, rankingPictures, type GetThumbnail } from './pictures.js';
export type { MomentPictures, ReportComparison, ReportData, ReportFailure } from './types.js';

/** The whole page as text. */
export function reportHtml(report: ReportData): string {
  const styleHash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'`;
  const { ranking, comparisons, failures } = report;
  const parts: HtmlValue[] = [
    ranking === null ? null : rankingSection(ranking.ranking, ranking.pictures),
    comparisons.map(comparisonSection),
    failures.length === 0 ? null : failed(failures),
  ];
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${report.title}</title>
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          <h1 class="name">${report.title}</h1>
          <p class="soft">${report.generated}</p>
          ${parts}
          <footer>Made by versusq ${report.versusq}. A margin above 0 means that A looks better.</footer>
        </main>
      </body>
    </html>`.text;
}

function failed(failures: ReportData['failures']): Html {
  return markup`<section>
    <h2>Not compared</h2>
    <ul>
      ${failures.map((f) => markup`<li><span class="name">${f.a}</span> against <span class="name">${f.b}</span>: <span class="bad">${f.error.message}</span></li>`)}
    </ul>
  </section>`;
}
