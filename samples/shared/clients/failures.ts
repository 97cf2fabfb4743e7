// What can go wrong when another service is asked, as far as it matters to the one who asks.

/** The service understood and said no: asking again changes nothing. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** The service failed or could not be reached: it may do better the next time. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

export function isRefusal(error: unknown): boolean {
  return error instanceof Refused;
}

export function isWorthAnotherAttempt(error: unknown): boolean {
  return error instanceof Unavailable;
}
