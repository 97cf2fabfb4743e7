import type { Effects, StepName } from 'class-saga';
import type { Phrase } from '../../shared/account/phrase.js';
import { currencies, moneyInWords } from '../../shared/money.js';
import type { BookTrip } from '../book-trip.js';
import type { Booking } from '../clients/booking.js';

const booking = (name: string): Phrase<Booking> => ({
  name,
  done: ({ ref, item, price }) => `${ref}: ${item}, ${moneyInWords(price)}`,
  undone: (effect) => (effect ? `${effect.ref} is cancelled` : 'cancelled by its key, whether it was booked or not'),
});

export const phrases: { readonly [K in StepName<BookTrip>]: Phrase<Effects<BookTrip, K>[K]> } = {
  exchangeRates: {
    name: 'exchange rates',
    done: ({ base, fixing, buys }) => {
      const others = currencies.filter((currency) => currency !== base).map((currency) => `${buys[currency].toFixed(2)} ${currency}`);
      return `fixing ${fixing}: 1 ${base} buys ${others.join(', ')}`;
    },
    undone: () => 'nothing to undo',
  },
  authorization: {
    name: 'authorization',
    done: ({ id, amount }) => `${id}: up to ${moneyInWords(amount)} are held on the card`,
    undone: (effect) => (effect ? `${effect.id} is released` : 'released by its key, whether it was held or not'),
  },
  hotel: booking('hotel'),
  car: booking('car'),
  flight: booking('flight'),
  confirmation: {
    name: 'confirmation',
    done: () => 'the traveller is told',
    undone: () => 'taken back',
  },
  charge: {
    name: 'charge',
    done: ({ number, amount }) => `${number}: ${moneyInWords(amount)} are taken from the card`,
    undone: (effect) => (effect ? `${effect.number} is refunded` : 'refunded by its key, whether it was taken or not'),
  },
};

/** An event names its step and brings its effect untyped, as it serves every saga: here is where the two meet again. */
export function phraseFor(step: string): Phrase<unknown> {
  return phrases[step as StepName<BookTrip>];
}
