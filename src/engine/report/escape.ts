/**
 * The only way text and pictures enter the report. File names and model output are strangers' text: every value of the `markup`
 * template is escaped unless it is `Html` itself, and only base64 images pass as pictures.
 */

/** Markup that is safe already: made by `markup`, or a constant of the project's own. */
export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Text for element content and for quoted attributes; control characters become their visible pictures. */
export function escapeText(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- names may hold them; a page may not
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, (c) =>
        c === '\u007f' ? '\u2421' : String.fromCharCode(0x2400 + c.charCodeAt(0)),
      )
      .replace(/[&<>"']/g, (c) => ENTITIES[c] ?? c)
  );
}

export type HtmlValue = Html | string | number | null | readonly HtmlValue[];
function render(value: HtmlValue): string {
  if (value === null) return '';
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  return escapeText(String(value));
}

/** Template whose values are escaped; arrays are joined, null is nothing, `Html` goes in as it is. */
export function markup(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  return new Html(strings.reduce((sum, s, i) => sum + s + (i < values.length ? render(values[i] ?? null) : ''), ''));
}

/** A base64 image URI, or null for everything else. */
export function imageUri(uri: string | null | undefined): string | null {
  return typeof uri === 'string' && /^data:image\/(?:jpeg|png|webp);base64,[A-Za-z0-9+/]+={0,2}$/.test(uri)
    ? uri
    : null;
}
