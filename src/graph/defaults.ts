// What holds where nothing is said, in milliseconds.

/** Of an `@Async` step, as in Sage (R5). A plain step has no time-out. */
export const asyncTimeoutMs = 5_000;
/** Of a compensation and a fallback (R15, R12a). */
export const compensationTimeoutMs = 30_000;
/** Of whatever has a grace (R5, R15, R17). */
export const defaultGraceMs = 1_000;
/** Upper bound of a wait (R13). */
export const defaultMaxMs = 5_000;
