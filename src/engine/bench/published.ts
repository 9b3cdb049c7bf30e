/**
 * Spearman correlations as others published them, of models trained on LSVQ. They stand beside ours for orientation: subsets,
 * training and protocol differ.
 */
export interface PublishedSrcc {
  method: string;
  srcc: number;
  source: string;
}

const SOURCES: Record<string, string> = {
  VersusQ: 'arXiv 2605.21130',
  VQAThinker: 'arXiv 2508.06051',
};

/** Methods in the order in which they are shown; data set id -> SRCC in the same order. */
const METHODS = ['VersusQ', 'VQAThinker'] as const;
const SRCC: Record<string, readonly [versusq: number, vqathinker: number]> = {
  'lsvq-test': [0.884, 0.883],
  'lsvq-1080p': [0.824, 0.798],
  'konvid-1k': [0.879, 0.881],
  'live-vqc': [0.801, 0.808],
  'live-yt-gaming': [0.774, 0.767],
  'waterloo-ivc-4k': [0.587, 0.573],
  vdpve: [0.723, 0.706],
};

/** Empty where no figure is known to this project. */
export function publishedSrcc(datasetId: string): PublishedSrcc[] {
  return (SRCC[datasetId] ?? []).map((srcc, k) => ({ method: METHODS[k]!, srcc, source: SOURCES[METHODS[k]!]! }));
}
