// Wordings, plurals and figures of a language; sentences of the engine said again in it; and that the German words hold for all.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Language, readLanguage, say, verdictSentence, type Words } from '../../../src/protocol/index.js';
import { unreadable, broken } from '../../../src/engine/references/gates/words.js';

const words: Words = {
  panels: {
    'Margin {0}, 95 % between {1}': 'Abstand {0}, zu 95 % von {1}',
    '{0} of {1}': '{1}, davon {0}',
    '{0} clips': { one: '{0} Clip', other: '{0} Clips' },
  },
  sentences: {
    Cancelled: 'Abgebrochen',
    '{0} is empty.': '{0} ist leer.',
    '{0} is empty. Copy it again.': '{0} ist leer. Kopieren Sie es noch einmal.',
    "{0} can't be judged: {1}": '{0} lässt sich nicht beurteilen: {1}',
    'The file ends early: {0} s of {1} s are there.': 'Zu früh zu Ende: {0} s von {1} s.',
  },
};
const german = new Language({ language: 'de', words });

describe('a wording', () => {
  it('takes its values in its own order, and a text without one stays English', () => {
    expect(german.t('{0} of {1}', 3, 'vier')).toBe('vier, davon 3');
    expect(german.t('Open {0}', 'a.mp4')).toBe('Open a.mp4');
    expect(new Language().t('{0} of {1}', 3, 4)).toBe('3 of 4');
  });

  it('leaves a placeholder without a value, and braces in values, as they are', () => {
    expect(german.t('{0} of {1}', '{1}')).toBe('{1}, davon {1}');
    expect(german.t('toString')).toBe('toString');
  });

  it('follows the plural rules of the language', () => {
    const said = [0, 1, 2].map((n) => german.plural(n, '{0} clip', '{0} clips'));
    expect(said).toEqual(['0 Clips', '1 Clip', '2 Clips']);
    expect([0, 1, 2].map((n) => new Language().plural(n, '{0} clip', '{0} clips'))).toEqual([
      '0 clips',
      '1 clip',
      '2 clips',
    ]);
    const clips = { one: '{0} klip', few: '{0} klipy', many: '{0} klipów', other: '{0} klipu' };
    const polish = new Language({ language: 'pl', words: { panels: { '{0} clips': clips }, sentences: {} } });
    expect([1, 3, 5].map((n) => polish.plural(n, '{0} clip', '{0} clips'))).toEqual(['1 klip', '3 klipy', '5 klipów']);
  });

  it('writes figures as the language does, and no others', () => {
    expect([german.number(1.25, 1), german.figure('+2.6'), german.figure('0:02.5')]).toEqual(['1,3', '+2,6', '0:02,5']);
    expect(german.t('{0} of {1}', 1.5, 'clip.2.mp4')).toBe('clip.2.mp4, davon 1,5');
    expect(new Language().number(1.25, 2)).toBe('1.25');
  });

  it('is English in a language that nobody knows', () => {
    for (const language of ['xx-nonsense-language-tag', '', 'not a tag']) {
      const other = new Language({ language, words });
      expect(other.name).toBe('en');
      expect(other.plural(1, '{0} clip', '{0} clips')).toBe('1 clip');
      expect(other.sentence('Cancelled')).toBe('Cancelled');
    }
  });
});

describe('a sentence of the engine', () => {
  it('is recognised by its template, the most telling one', () => {
    expect(german.sentence('Cancelled')).toBe('Abgebrochen');
    expect(german.sentence(say`${'a b.mp4'} is empty. Copy it again.`)).toBe(
      'a b.mp4 ist leer. Kopieren Sie es noch einmal.',
    );
    expect(german.sentence(say`${'x'} is empty.`)).toBe('x ist leer.');
  });

  it('says again what it quotes, and figures with a comma', () => {
    const quoted = say`${'a.mp4'} can't be judged: ${say`The file ends early: ${'1.5'} s of ${'12.0'} s are there.`}`;
    expect(german.sentence(quoted)).toBe('a.mp4 lässt sich nicht beurteilen: Zu früh zu Ende: 1,5 s von 12,0 s.');
  });

  it('stays as it is where it is not known, and names that look like templates do no harm', () => {
    expect(german.sentence('Segmentation fault')).toBe('Segmentation fault');
    expect(german.sentence('clip.2.5.mp4')).toBe('clip.2.5.mp4');
    expect(german.sentence(say`${"{1} can't be judged: {0}"} is empty.`)).toBe(
      '{1} lässt sich nicht beurteilen: {0} ist leer.',
    );
  });

  it('of a megabyte is looked at in no time that grows with its square', () => {
    const long = `${"a can't be judged: ".repeat(50_000)}`;
    const began = performance.now();
    german.sentence(long);
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

it('words of a page are taken only in their shape', () => {
  expect(readLanguage({ language: 'de', words })).toEqual({ language: 'de', words });
  for (const wrong of [
    null,
    'de',
    [],
    { language: 'de' },
    { language: 3, words },
    { language: 'de', words: { panels: {}, sentences: [] } },
    { language: 'de', words: { panels: { a: 1 }, sentences: {} } },
    { language: 'de', words: { panels: { a: { one: 2 } }, sentences: {} } },
  ])
    expect(readLanguage(wrong)).toBeNull();
});

describe('the German words', () => {
  const file = join(import.meta.dirname, '../../../l10n/words.de.json');
  const shipped = JSON.parse(readFileSync(file, 'utf8')) as Words;
  const de = new Language({ language: 'de', words: shipped });
  const fill = (text: string): string => text.replace(/\{(\d+)\}/g, (_, n) => `wert${n as string}`);

  it.each(Object.entries(shipped.sentences))('hold for "%s", whatever it is filled with', (template, wording) => {
    expect(de.sentence(fill(template))).toBe(fill(wording as string));
  });

  it('say what a comparison and a check say', () => {
    const c = { probabilityABetter: 0.99, claims: [], alignment: { sameContent: 1 } };
    const headline = (margin: number, half: number, over: object = {}) =>
      de.sentence(verdictSentence({ ...c, margin, interval95: [margin - half, margin + half], ...over }));
    expect(headline(2.6, 0.5)).toBe('A sieht deutlich besser aus');
    expect(headline(-0.7, 0.5)).toBe('B sieht etwas besser aus');
    expect(headline(0, 0.5)).toBe('Kein sichtbarer Unterschied');
    expect(headline(0, 4)).toBe('Kein klarer Sieger');
    expect(headline(4.5, 6, { probabilityABetter: 0.9 })).toBe('A sieht wahrscheinlich viel besser aus');
    const other = { probabilityABetter: 0.4, alignment: { sameContent: 0.1 } };
    expect(headline(-1, 6, other)).toBe('Bei verschiedenem Inhalt: Nicht entschieden, Neigung zu B');
    expect(de.sentence('97 % sure A is better')).toBe('zu 97 % sicher, dass A besser ist');
    expect(de.sentence('over 99 % sure B is better')).toBe('zu über 99 % sicher, dass B besser ist');
    const judged = { passed: false, accepted: false, interval95: [-2.9, -2.1] as [number, number], sure: false };
    const named = { clip: 'a.mp4', against: 'm/a.mov' };
    const more = { clips: 3, timeline: null, claim: null };
    expect(
      de.sentence(broken(named, { ...judged, kind: 'minMargin', found: -2.5, limit: -0.5, attribute: null }, more)),
    ).toBe(
      'a.mp4 sieht deutlich schlechter aus als m/a.mov: Abstand -2,5 (-2,9 bis -2,1), verlangt ist mindestens -0,5. Nicht sicher: Der Grenzwert liegt im Intervall.',
    );
    const claim = { attribute: 'blockiness', worse: 'a', time: [1.5, 2] as [number, number], regionName: 'top-left' };
    const forbidden = {
      ...judged,
      kind: 'forbid',
      found: -1,
      limit: -0.5,
      attribute: 'blockiness',
      sure: true,
    } as const;
    expect(de.sentence(broken(named, forbidden, { ...more, claim: claim as never }))).toBe(
      'a.mp4 ist bei Blockbildung schlechter als m/a.mov: -1,0 (0:01,5–0:02,0, oben links), und Blockbildung ist ausgeschlossen.',
    );
    const error = {
      code: 'media/not-found',
      message: '"a.mp4" does not exist (any more). Check the name and the folder.',
    } as const;
    expect(de.sentence(unreadable(named, error))).toBe(
      'a.mp4 lässt sich nicht beurteilen: "a.mp4" gibt es nicht (mehr). Prüfen Sie Name und Ordner.',
    );
  });
});
