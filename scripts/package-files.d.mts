export const TARGETS: string[];
export const LIMIT_MB: Record<string, number>;
export function packageFiles(target: string): { from: string; to: string }[];
export function faultsOf(names: readonly string[], target: string): string[];
