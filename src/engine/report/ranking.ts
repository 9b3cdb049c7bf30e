/**
 * A ranking as a section of the report: one row a clip, best first, scores with intervals on one axis, margins as the table of
 * the extension has them; clips that failed or were not compared last.
 */
import { rankAxis, rankBar } from './charts.js';
import { markup, imageUri, type Html } from './escape.js';
import { belowTable, countWords, isGrouped, isReferred, rankingRows, referenceWords } from './ranking-rows.js';
import type { Ranking, Span2 } from './types.js';
import { factsText, provenanceLine, signed } from './words.js';

export function rankingSection(ranking: Ranking, pictures: ReadonlyMap<string, string>): Html {
  const ranked = rankingRows(ranking).filter(({ clip }) => clip.score !== null);
  const [grouped, against] = [isGrouped(ranking), isReferred(ranking)];
  const reference = referenceWords(ranking, (path) => path);
  const axis = rankAxis(ranked.map(({ clip }) => intervalOf(clip)));
  const rows = ranked.map(({ clip, toAbove, toReference, rankInGroup }) => {
    const score = clip.score ?? 0;
    const uri = imageUri(pictures.get(clip.path));
    const margin = (value: number | null): Html =>
      markup`<td class="number">${value === null ? '' : signed(value)}</td>`;
    return markup`<tr>
      <td class="number">${clip.rank}</td>
      <td>${uri === null ? null : markup`<img src="${uri}" alt="" />`}</td>
      <td class="name">${clip.path}</td>
      <td class="number">${signed(score)}</td>
      <td>${rankBar(score, intervalOf(clip), axis)}</td>
      ${margin(toAbove)}
      ${against ? margin(toReference) : null}
      ${grouped ? markup`<td class="name">${clip.group}</td><td class="number">${rankInGroup}</td>` : null}
      <td>${clip.mainDefect ?? ''}</td>
      <td class="soft">${clip.facts === null ? '' : factsText(clip.facts)}</td>
    </tr>`;
  });
  return markup`<section>
    <h2>Best first</h2>
    <p class="soft">
      ${countWords(ranking)}. Scores are margins against the mean of the folder: 1
      is about one just-noticeable difference. Bars show the 95 % interval; where they overlap, the order is not sure.
      Inconsistency ${ranking.inconsistency.toFixed(3)} (0 is a perfect scale).
      ${reference === null ? null : markup`<span class="name">${reference}</span>`}
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
            ${against ? markup`<th>To reference</th>` : null}
            ${grouped ? markup`<th>Group</th><th>In group</th>` : null}
            <th>Main defect</th>
            <th>Facts</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
    ${belowTable(ranking).map(
      ({ heading, clips }) =>
        markup`<h3>${heading}</h3>
          <ul>
            ${clips.map(({ path, why }) => markup`<li><span class="name">${path}</span>: <span class="bad">${why}</span></li>`)}
          </ul>`,
    )}
    <p class="soft">${provenanceLine(ranking.provenance)}</p>
  </section>`;
}

const intervalOf = ({ score, interval95 }: Ranking['clips'][number]): Span2 =>
  (interval95 ?? [score ?? 0, score ?? 0]) as Span2;
