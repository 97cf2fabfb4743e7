/** How one step is told. */
export interface Phrase<Effect> {
  /** @defaultValue the step's own */
  readonly name?: string;
  done(effect: Effect): string;
  /** @param effect `undefined` where nobody knows what the step did */
  undone(effect: Effect | undefined): string;
}
