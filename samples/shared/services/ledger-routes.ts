import type { NextFault } from './fault-plan.js';
import type { Asked, Route } from './http-service.js';
import type { Ledger } from './ledger.js';

export interface LedgerRoutes<T> {
  /** Where it is served: `/bookings`. */
  readonly path: string;
  /** What is entered for a body. @throws Rejection or ZodError when it will not do */
  readonly make: (id: string, body: unknown) => T;
  readonly faults: { readonly enter: NextFault; readonly strike: NextFault };
  /** What it says when its fault is to refuse an entry. */
  readonly refusal: string;
  /** Called when the caller hung up before the answer was out. */
  readonly unheard?: (asked: Asked) => void;
}

/** POST makes an entry, once for each key; DELETE strikes one by its id, or by the key it came or will come under; GET lists them. */
export function routesOf<T>(ledger: Ledger<T>, { path, make, faults: { enter, strike }, ...rest }: LedgerRoutes<T>): Route[] {
  const answer = ({ body, idempotencyKey }: Asked): T => ledger.enter(idempotencyKey, (id) => make(id, body));
  return [
    { method: 'POST', path, fault: enter, answer, ...rest },
    { method: 'DELETE', path: `${path}/:`, fault: strike, answer: ({ id }) => ledger.strike(id) },
    { method: 'DELETE', path: `${path}/by-key/:`, fault: strike, answer: ({ id }) => ledger.strikeKey(id) },
    { method: 'GET', path, answer: () => ledger.allStanding() },
  ];
}
