/** The wait before a repetition: `min(maxMs, baseMs · 2^(n−1))` before repetition n, with full jitter (R13). */
export interface Backoff {
  /** The first wait, in milliseconds, at least 0. Left out: no wait at all. */
  readonly baseMs?: number;
  /** Upper bound of one wait, in milliseconds, at least 0. @defaultValue 5_000 */
  readonly maxMs?: number;
  /** Draw each wait uniformly from 0 to its computed length ("full jitter", AWS Architecture Blog 2015). @defaultValue true */
  readonly jitter?: boolean;
}

/** In-place repetitions of the method that `@Retry` stands on. */
export interface RetryOptions extends Backoff {
  /** Runs in total, the first included: 3 means at most two repetitions. A whole number, at least 1. */
  readonly attempts: number;
  /** Whether this error is worth another attempt. One that throws counts as no. @defaultValue every error is */
  readonly retryIf?: (error: unknown) => boolean;
}

/** What a compensation may answer: undone, now forward again from this step (R11). */
export interface PassOptions extends Backoff {
  /** Passes of the execution in all, the first included: 3 means that it goes forward anew at most twice. A whole number, at least 1. */
  readonly passes: number;
}
