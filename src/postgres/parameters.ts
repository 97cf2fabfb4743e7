// What goes in: a table is one array per column, so that a statement has the same parameters however much it is given.

type SqlType = 'text' | 'int' | 'bigint' | 'boolean' | 'float8';
type Value = string | number | boolean | null;
type Values<Column extends string> = Readonly<Record<Column, Value>>;

/** A table that comes with the parameters. */
export class ParameterTable<Column extends string> {
  readonly #columns: readonly (readonly [Column, SqlType])[];

  constructor(columns: Readonly<Record<Column, SqlType>>) {
    this.#columns = Object.entries(columns) as [Column, SqlType][];
  }

  get width(): number {
    return this.#columns.length;
  }

  /** For a FROM: its first parameter has this number. Each is sent as text, whatever a client would make of an array. */
  source(alias: string, first: number): string {
    const arrays = this.#columns.map(([, type], index) => `$${first + index}::text::${type}[]`);
    return `unnest(${arrays.join(', ')}) AS ${alias}(${this.#columns.map(([column]) => column).join(', ')})`;
  }

  parameters(rows: readonly Values<Column>[]): string[] {
    if (rows.length === 0) return this.#columns.map(() => '{}');
    return this.#columns.map(([column]) => arrayOf(rows.map((row) => row[column])));
  }
}

/** As PostgreSQL writes arrays. */
export function arrayOf(values: readonly Value[]): string {
  return `{${values.map(elementOf).join(',')}}`;
}

function elementOf(value: Value): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? quotedElement(value) : String(value);
}

/** In JSON quotes and backslashes look the same as here, and the language writes that faster; control characters do not. */
function quotedElement(text: string): string {
  if (!/["\\]/.test(text)) return `"${text}"`;
  // eslint-disable-next-line no-control-regex -- these are what it looks for
  return /[\0-\x1f\ud800-\udfff]/.test(text) ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : JSON.stringify(text);
}

/** Whole milliseconds, rounded up: nothing is due before its time. */
export function wholeMs(ms: number): number {
  return Math.min(Math.ceil(ms), longestMs);
}

/** About a hundred thousand years: a time of the clock and this much are still exact. */
const longestMs = 2 ** 52;
