import type { Settled } from 'class-saga';
import { moneyInWords } from '../../shared/money.js';
import type { BookTrip } from '../book-trip.js';
import { phraseFor } from './phrases.js';

export function conclusion(outcome: Settled<BookTrip>): string {
  switch (outcome.status) {
    case 'completed':
      return `Booked, for ${moneyInWords(outcome.effects.charge.amount)}.`;
    case 'compensated':
      return 'Not booked, and everything is undone.';
    case 'stuck':
      return `Stuck: somebody must look after ${outcome.remaining.map(({ step }) => phraseFor(step).name ?? step).join(', ')}.`;
  }
}
