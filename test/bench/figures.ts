import type { Quartiles } from './statistics.js';

/** Two or three significant digits: what differs in the fourth is noise. */
export function significant(value: number): string {
  return value.toLocaleString('en', { minimumSignificantDigits: 2, maximumSignificantDigits: 3 });
}

/** The median, and between which bounds the middle half of the rounds lies. */
export function ratioOf(ratios: Quartiles): string {
  return spread(ratios, '×');
}

export function spread({ lower, median, upper }: Quartiles, unit = ''): string {
  return `${significant(median)}${unit} (${significant(lower)}–${significant(upper)})`;
}
