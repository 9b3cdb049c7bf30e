/** A ranking as a section of the report: one row a clip, best first, scores with intervals on one axis, failed clips last. */
import { rankAxis, rankBar } from './charts.js';
import { markup, imageUri, type Html } from './escape.js';
import type { Ranking, Span2 } from './types.js';
import { factsText, provenanceLine, signed } from './words.js';

export function rankingSection(ranking: Ranking, pictures: ReadonlyMap<string, string>): Html {
  const ranked = ranking.clips.filter((c) => c.score !== null);
  const failed = ranking.clips.filter((c) => c.error !== null);
  const axis = rankAxis(ranked.map((c) => (c.interval95 ?? [c.score ?? 0, c.score ?? 0]) as Span2));
  const rows = ranked.map((clip, i) => {
    const above = ranked[i - 1]?.score;
    const score = clip.score ?? 0;
    const uri = imageUri(pictures.get(clip.path));
    return markup`<tr>
      <td class="number">${clip.rank}</td>
      <td>${uri === null ? null : markup`<img src="${uri}" alt="" />`}</td>
      <td class="name">${clip.path}</td>
      <td class="number">${signed(score)}</td>
      <td>${rankBar(score, (clip.interval95 ?? [score, score]) as Span2, axis)}</td>
      <td class="number">${typeof above === 'number' ? signed(score - above) : ''}</td>
      <td>${clip.mainDefect ?? ''}</td>
      <td class="soft">${clip.facts === null ? '' : factsText(clip.facts)}</td>
    </tr>`;
  });
  return markup`<section>
    <h2>Best first</h2>
    <p class="soft">
      ${ranked.length} clips, ${ranking.comparisons} comparisons. Scores are margins against the mean of the folder: 1
      is about one just-noticeable difference. Bars show the 95 % interval; where they overlap, the order is not sure.
      Inconsistency ${ranking.inconsistency.toFixed(3)} (0 is a perfect scale).
    </p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Rank</th>
            <th></th>
            <th>Clip</th>
            <th>Score</th>
            <th>${signed(axis[0], 0)} to ${signed(axis[1], 0)}</th>
            <th>To above</th>
            <th>Main defect</th>
            <th>Facts</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${
      failed.length === 0
        ? null
        : markup`<h3>Not ranked</h3>
            <ul>
              ${failed.map((c) => markup`<li><span class="name">${c.path}</span>: <span class="bad">${c.error?.message ?? ''}</span></li>`)}
            </ul>`
    }
    <p class="soft">${provenanceLine(ranking.provenance)}</p>
  </section>`;
}
