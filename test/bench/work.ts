// The work that every contender does: it is counted, so that all are shown to do the same.

export interface Order {
  /** Whether the last step is to throw `refused`. */
  readonly fails: boolean;
}

export const happy: Order = { fails: false };
export const failing: Order = { fails: true };

/** How often a step, and how often the undoing of one, was called. */
export const calls = { steps: 0, undos: 0 };

/** What a step that is to fail throws: made once, because to capture a stack costs more than a saga. */
export const refused = new Error('the last step was refused');
