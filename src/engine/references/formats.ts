/** How a document is read, by its name and by the language that the editor gives it. */
import { extname } from 'node:path';
import { isVideoName, TYPESCRIPT_TOO, type ReferenceFormat } from '../../protocol/index.js';

const BY_EXTENSION: Record<string, ReferenceFormat> = {};
const BY_LANGUAGE: Record<string, ReferenceFormat> = {};
const put = (into: Record<string, ReferenceFormat>, format: ReferenceFormat, names: string): void => {
  for (const name of names.split(' ')) into[name] = format;
};
put(BY_EXTENSION, 'markdown', 'md markdown mdx mdown mkd qmd rmd');
put(BY_EXTENSION, 'json', 'json jsonc otio geojson webmanifest code-workspace');
put(BY_EXTENSION, 'jsonl', 'jsonl ndjson');
put(BY_EXTENSION, 'yaml', 'yaml yml');
put(BY_EXTENSION, 'csv', 'csv');
put(BY_EXTENSION, 'tsv', 'tsv tab');
put(BY_EXTENSION, 'xml', 'xml fcpxml xspf mlt kdenlive smil ttml xmp xsd xsl svg wpl plist rss');
put(BY_EXTENSION, 'mpd', 'mpd');
put(BY_EXTENSION, 'edl', 'edl');
put(BY_EXTENSION, 'm3u', 'm3u m3u8');
put(BY_EXTENSION, 'ffconcat', 'ffconcat');
put(BY_EXTENSION, 'html', 'html htm xhtml vue svelte');
put(BY_EXTENSION, 'notebook', 'ipynb');
put(
  BY_EXTENSION,
  'source',
  'js cjs mjs jsx tsx cts py pyi c h cc cpp cxx hpp hh m mm cs java kt kts scala go rs swift rb php pl pm lua r jl dart groovy gradle hs ml fs fsx ex exs erl clj sql vb json5 proto zig nim',
);
put(
  BY_EXTENSION,
  'text',
  'txt text log sh bash zsh fish ps1 bat cmd ini cfg conf toml env properties diff patch rst adoc tex srt vtt mk',
);

put(BY_LANGUAGE, 'markdown', 'markdown mdx quarto');
put(BY_LANGUAGE, 'json', 'json jsonc');
put(BY_LANGUAGE, 'jsonl', 'jsonl');
put(BY_LANGUAGE, 'yaml', 'yaml dockercompose');
put(BY_LANGUAGE, 'csv', 'csv');
put(BY_LANGUAGE, 'tsv', 'tsv');
put(BY_LANGUAGE, 'xml', 'xml xsl');
put(BY_LANGUAGE, 'html', 'html vue svelte handlebars razor');
put(
  BY_LANGUAGE,
  'source',
  'javascript javascriptreact typescript typescriptreact python c cpp csharp cuda-cpp fsharp java kotlin scala go rust swift ruby php perl perl6 lua r julia dart groovy haskell ocaml elixir erlang clojure coffeescript objective-c objective-cpp sql vb json5 zig nim',
);
put(
  BY_LANGUAGE,
  'text',
  'log shellscript powershell bat dockerfile makefile ini properties dotenv toml diff git-commit restructuredtext asciidoc latex tex css scss less',
);

/** Formats that the editor has no language for, or that say more than it. */
const OF_MEDIA: ReadonlySet<ReferenceFormat> = new Set(['mpd', 'edl', 'm3u', 'ffconcat', 'jsonl', 'csv', 'tsv']);
const BINARY = new Set(
  '7z aac aif aiff avif bin bmp bz2 class db dll dylib exe flac gif gz heic ico jar jpeg jpg mp3 node npy npz o obj ogg onnx otf pdf pkl png psd pt pyc rar safetensors so sqlite tar tgz tif tiff ttf vsix wasm wav webp woff woff2 xls xlsx xz zip zst'.split(
    ' ',
  ),
);

/**
 * `languageId`: the editor's, where there is one; it wins over the extension, since a person may have chosen it, and the cell of a
 * notebook has its notebook's name. Null: nothing to look for, as in videos and pictures.
 */
export function formatOf(fileName: string, languageId?: string): ReferenceFormat | null {
  const extension = extname(fileName).slice(1).toLowerCase();
  if (languageId === undefined) {
    if (TYPESCRIPT_TOO.includes(extension)) return 'source';
    if (isVideoName(fileName) || BINARY.has(extension)) return null;
    return own(BY_EXTENSION, extension) ?? 'text';
  }
  const format = own(BY_EXTENSION, extension);
  if (format && OF_MEDIA.has(format)) return format;
  if (format === 'notebook' && (languageId === 'json' || languageId === 'jsonc' || languageId === 'jupyter'))
    return format;
  return own(BY_LANGUAGE, languageId) ?? format ?? (isVideoName(fileName) || BINARY.has(extension) ? null : 'text');
}

const own = (table: Record<string, ReferenceFormat>, key: string): ReferenceFormat | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
