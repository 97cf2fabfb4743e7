// Figures as they are printed: three digits at most, for there is no more in them.

export function figure(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

/** The median, and between which two the middle half lies. */
export function spread(values: readonly number[], unit = ''): string {
  const rising = values.toSorted((a, b) => a - b);
  const [lower, median, upper] = [0.25, 0.5, 0.75].map((share) => quantile(rising, share));
  return `${figure(median!)}${unit} (${figure(lower!)}–${figure(upper!)})`;
}

export function milliseconds(value: number): string {
  return `${figure(value)} ms`;
}

export function kilobytes(bytes: number): string {
  return `${figure(bytes / 1_000)} kB`;
}

/** @param rising - sorted, at least one; `share` - from 0 to 1 */
export function quantile(rising: readonly number[], share: number): number {
  return rising[Math.round((rising.length - 1) * share)]!;
}
