import { z } from 'zod';
import { moneyShape } from '../../shared/money.js';
import { cardShape } from '../../trip-booking/billing/card.js';
import { journeyShape } from '../../trip-booking/flights/journey.js';
import { stayShape } from '../../trip-booking/hotels/stay.js';

/** A part of a URL, so neither `.` nor `..`. */
export const referenceShape = z.string().regex(/^(?!\.{1,2}$)[\w.-]{1,100}$/, 'must be 1 to 100 letters, digits, dots or hyphens');

/** The body of `POST /trips`. */
export const wishShape = z.strictObject({
  /** The client's own number of the trip. @defaultValue its `Idempotency-Key`, or a new one */
  reference: referenceShape.optional(),
  traveller: z.string().min(1),
  /** The most that the trip may cost: so much is held on the card. */
  budget: moneyShape,
  card: cardShape,
  hotel: stayShape,
  flight: journeyShape,
});
export type Wish = z.infer<typeof wishShape>;

export interface TripRequest extends Wish {
  readonly reference: string;
}
