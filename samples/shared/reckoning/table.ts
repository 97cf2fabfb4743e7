/** The rows in columns, each as wide as its widest cell. */
export function inColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>((widest, row) => row.map((cell, at) => Math.max(cell.length, widest[at] ?? 0)), []);
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('   ')}`.trimEnd());
}

/** The entries in one cell. */
export function listed<T>(entries: readonly T[], told: (entry: T) => string): string {
  return entries.map(told).join(', ') || '–';
}

/** How many there are of something, and how many there should be. */
export interface Count {
  readonly what: string;
  readonly found: number;
  readonly due: number;
}

/** One sentence for each count that is wrong. */
export function miscounts(title: string, counts: readonly Count[]): string[] {
  const wrong = counts.filter(({ found, due }) => found !== due);
  return wrong.map(({ what, found, due }) => `${title}: ${what}: ${found}, and there should be ${due}`);
}
