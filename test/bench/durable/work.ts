// What every contender runs, and nothing else: each step is entered once, each undoing once, or the figures are of something else.

/** `failing`: the fifth step fails, and the four before it are undone. */
export type Shape = 'happy' | 'failing';

export interface Booking {
  readonly ref: string;
  readonly price: number;
}

/** What was entered in this process, so far. */
export const entered = { steps: 0, undos: 0 };

/** What one saga enters. */
export const toEnter = { happy: { steps: 5, undos: 0 }, failing: { steps: 5, undos: 4 } } as const;

export async function book(step: number): Promise<Booking> {
  entered.steps += 1;
  return { ref: `BOOKING-${step}`, price: 100 * step };
}

export async function bookOrFail(step: number, shape: Shape): Promise<Booking> {
  const booking = await book(step);
  if (shape === 'failing') throw new Error(`no room is left for ${booking.ref}`);
  return booking;
}

export async function cancel(_: Booking): Promise<void> {
  entered.undos += 1;
}
