import { currencyShape } from '../../shared/money.js';
import type { Currency } from '../../shared/money.js';
import type { Rates } from '../billing/rates.js';
import type { NextFault } from '../../shared/services/fault-plan.js';
import { serve } from '../../shared/services/http-service.js';
import type { RunningService } from '../../shared/services/http-service.js';

/** What one euro buys. */
const euroBuys: Readonly<Record<Currency, number>> = { EUR: 1, USD: 1.08, GBP: 0.85, CHF: 0.95 };

/** Publishes exchange rates; each answer is a new fixing. */
export function openRatesService(faults: { readonly read: NextFault }): Promise<RunningService> {
  let fixing = 0;
  return serve([
    {
      method: 'GET',
      path: '/rates/:',
      fault: faults.read,
      refusal: 'no rates are given to strangers',
      answer: ({ id }) => ratesFor(currencyShape.parse(id), (fixing += 1)),
    },
  ]);
}

function ratesFor(base: Currency, fixing: number): Rates {
  const { EUR, USD, GBP, CHF } = euroBuys;
  const one = euroBuys[base];
  return { base, fixing, buys: { EUR: EUR / one, USD: USD / one, GBP: GBP / one, CHF: CHF / one } };
}
