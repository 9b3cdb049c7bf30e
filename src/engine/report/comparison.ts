/**
 * One comparison as a section of the report, in the order of the compare panel: pictures, verdict in words, number with
 * interval and probability, gauge, reasoning, claims, time line and attributes, facts, alignment, provenance.
 */
import { cautions, claimPlace, shownNotes, sureness, verdictSentence } from '../../protocol/index.js';
import { attributeBars, gauge, timeLine } from './charts.js';
import { claimTime } from './claim-words.js';
import { markup, imageUri, type Html } from './escape.js';
import type { Comparison, MomentPictures, ReportComparison } from './types.js';
import {
  alignmentLine,
  factRows,
  factsText,
  formatTime,
  intervalText,
  provenanceLine,
  shortNames,
  signed,
} from './words.js';

export function comparisonSection({ comparison: c, pictures }: ReportComparison): Html {
  const [nameA, nameB] = shortNames(c.a.path, c.b.path);
  return markup`<section>
    <h2>
      <span class="tag a">A</span> <span class="name">${nameA}</span> <span class="soft">against</span>
      <span class="tag b">B</span> <span class="name">${nameB}</span>
    </h2>
    ${pictures.map((p) => moment(p))}
    <p class="verdict">${verdictSentence(c)}</p>
    <p class="numbers">
      <b>${signed(c.margin)}</b> (${intervalText(c.interval95)}) &middot; ${sureness(c)} &middot;
      ${c.kind} &middot; 1 is about one just-noticeable difference
    </p>
    ${gauge(c.margin, c.interval95)} ${caution(c)}
    ${
      c.reasoning === ''
        ? null
        : markup`<h3>Why</h3>
            <p class="reasoning">${c.reasoning}</p>`
    }
    ${claims(c)}
    <div class="two">
      ${
        c.segments.length === 0
          ? null
          : markup`<div>
              <h3>Over time</h3>
              ${timeLine(c)}
            </div>`
      }
      ${
        c.attributes.length === 0
          ? null
          : markup`<div>
              <h3>Attributes</h3>
              ${attributeBars(c.attributes)}
            </div>`
      }
    </div>
    ${facts(c)}
    <h3>Alignment</h3>
    <p>${alignmentLine(c)}</p>
    ${list(shownNotes(c.alignment))} ${list([...c.a.warnings.map((w) => `A: ${w}`), ...c.b.warnings.map((w) => `B: ${w}`)])}
    <p class="soft">
      ${provenanceLine(c.provenance)}${c.provenance.deviceNote === null ? null : markup`<br />${c.provenance.deviceNote}`}
    </p>
  </section>`;
}

function caution(c: Comparison): Html | null {
  const sentences = cautions(c);
  return sentences.length === 0 ? null : markup`<p class="soft">${sentences.join(' ')}</p>`;
}

function moment({ time, a, b, claim }: MomentPictures): Html | null {
  const [uriA, uriB] = [imageUri(a), imageUri(b)];
  if (uriA === null && uriB === null) return null;
  const outline = claim === null || claim.regionName === 'whole' ? null : claim.region;
  const picture = (uri: string | null, side: 'A' | 'B'): Html =>
    uri === null
      ? markup`<div class="picture"></div>`
      : markup`<div class="picture">
          <img src="${uri}" alt="${side} at ${formatTime(time)}" />${
            outline === null
              ? null
              : markup`<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="region" x="${outline.x}" y="${outline.y}" width="${outline.w}" height="${outline.h}" />
                </svg>`
          }
        </div>`;
  const words = claim && [`${claim.attribute} worse in ${claim.worse.toUpperCase()}`, claimPlace(claim)];
  const what = words ? `: ${words.filter((w) => w !== '').join(', ')}` : '';
  return markup`<figure class="moment">
    ${picture(uriA, 'A')}${picture(uriB, 'B')}
    <figcaption>${formatTime(time)}${what}</figcaption>
  </figure>`;
}

function claims(comparison: Comparison): Html | null {
  const all = comparison.claims;
  if (all.length === 0) return null;
  return markup`<h3>Claims</h3>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Worse</th>
            <th>What</th>
            <th>When</th>
            <th>Where</th>
            <th>How bad</th>
            <th>Model’s confidence</th>
            <th>Measured</th>
          </tr>
        </thead>
        <tbody>
          ${all.map(
            (c) =>
              markup`<tr>
                <td><span class="tag ${c.worse}">${c.worse.toUpperCase()}</span></td>
                <td>${c.attribute}</td>
                <td>${claimTime(c, comparison)}</td>
                <td>${claimPlace(c)}</td>
                <td>${Math.round(c.severity * 100)} %</td>
                <td>${Math.round(c.confidence * 100)} %</td>
                <td>${c.supported ? 'agrees' : 'not confirmed'}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function facts(c: Comparison): Html {
  return markup`<h3>Facts</h3>
    <p class="soft">A: ${factsText(c.a)}<br />B: ${factsText(c.b)}</p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th></th>
            <th>A</th>
            <th>B</th>
          </tr>
        </thead>
        <tbody>
          ${factRows(c.a, c.b).map((r) => markup`<tr${r.differs ? markup` class="differs"` : null}><td>${r.label}</td><td>${r.a}</td><td>${r.b}</td></tr>`)}
        </tbody>
      </table>
    </div>`;
}

const list = (notes: string[]): Html | null =>
  notes.length === 0
    ? null
    : markup`<ul>
        ${notes.map((n) => markup`<li>${n}</li>`)}
      </ul>`;
