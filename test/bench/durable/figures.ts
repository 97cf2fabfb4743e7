// Figures as they are printed: three digits at most, for there is no more in them.

export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = value >= 100 ? 3 : 2;
  return Number(value.toPrecision(digits)).toLocaleString('en', { maximumSignificantDigits: digits });
}

/** The median, and between which two all are. */
export function spread(values: readonly number[], unit = ''): string {
  return `${figure(median(values))}${unit} (${figure(Math.min(...values))}–${figure(Math.max(...values))})`;
}

export function milliseconds(value: number): string {
  return `${figure(value)} ms`;
}

export function kilobytes(bytes: number): string {
  return `${figure(bytes / 1_000)} kB`;
}

/** @param rising - sorted */
export function quantile(rising: readonly number[], share: number): number {
  return rising[Math.min(rising.length - 1, Math.floor(rising.length * share))] ?? NaN;
}

export function median(values: readonly number[]): number {
  const rising = [...values].sort((a, b) => a - b);
  const middle = rising.length >> 1;
  return rising.length % 2 === 1 ? rising[middle]! : (rising[middle - 1]! + rising[middle]!) / 2;
}
