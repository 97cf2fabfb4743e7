import type { Settling } from '../invoke.js';

/** Who hears of a call that settles when its run has left the straight course. */
export interface Heir {
  readonly onReturn: (value: unknown) => void;
  readonly onThrow: (error: unknown) => void;
}

/** Of a call that is under way: whoever asks becomes its heir. */
export function inherited(becomes: (heir: Heir) => void): Settling {
  return (onReturn, onThrow) => becomes({ onReturn, onThrow });
}
