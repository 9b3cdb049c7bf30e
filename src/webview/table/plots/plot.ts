/** What the plots share: their style, and how scales are drawn. SVG in pixels. */
import { css, svg, type SVGTemplateResult } from 'lit';

export interface Tick {
  /** pixels */
  at: number;
  label: string;
}

export const bottomAxis = (ticks: readonly Tick[], top: number, bottom: number): SVGTemplateResult[] =>
  ticks.map(
    ({ at, label }) => svg`<line class="grid" x1=${at} x2=${at} y1=${top} y2=${bottom}></line>
      <text x=${at} y=${bottom + 16} text-anchor="middle">${label}</text>`,
  );

export const leftAxis = (ticks: readonly Tick[], left: number, right: number): SVGTemplateResult[] =>
  ticks.map(
    ({ at, label }) => svg`<line class="grid" x1=${left} x2=${right} y1=${at} y2=${at}></line>
      <text x=${left - 6} y=${at + 4} text-anchor="end">${label}</text>`,
  );

/** Dots as one path, however many: lines of no length with round ends. */
export const dots = (points: readonly (readonly [x: number, y: number])[]): string =>
  points.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join('');

export const plotStyles = css`
  svg {
    display: block;
    width: 100%;
    overflow: visible;
  }
  text {
    fill: var(--vq-quiet);
    font-size: 11px;
  }
  .grid {
    stroke: var(--vq-scale);
    stroke-width: 1;
    stroke-dasharray: 1 3;
  }
  .dots {
    stroke: var(--vq-quiet);
    stroke-linecap: round;
    stroke-width: 5;
  }
  p {
    max-width: 90ch;
    margin: 4px 0 8px;
  }
  .wide {
    overflow-x: auto;
  }
  table {
    border-collapse: collapse;
    line-height: 20px;
  }
  th,
  td {
    padding: 0 16px 0 0;
    font-weight: 400;
    text-align: start;
  }
  thead th {
    color: var(--vq-quiet);
    font-size: 11px;
  }
  td.number,
  th.number {
    text-align: end;
  }
  details {
    margin: 8px 0;
  }
  summary {
    cursor: pointer;
    width: max-content;
  }
`;
