/** One table of the report, and what it shows. */
export interface Section {
  readonly title: string;
  readonly explanation: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
