import { z } from 'zod';
import { cardShape } from './billing/card.js';
import { currencyShape } from '../shared/money.js';
import { hireShape } from './cars/hire.js';
import { journeyShape } from './flights/journey.js';
import { stayShape } from './hotels/stay.js';

/** What a traveller asks for. */
export const wishShape = z.strictObject({
  traveller: z.string().min(1),
  email: z.email('must be an e-mail address'),
  currency: currencyShape,
  budget: z.number().positive(),
  card: cardShape,
  hotel: stayShape,
  car: hireShape,
  flight: journeyShape,
});

export interface TripRequest extends z.infer<typeof wishShape> {
  /** Our own number of the trip: under this name the services know it. */
  readonly reference: string;
}
