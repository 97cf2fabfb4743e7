import { z } from 'zod';
import { cardShape } from '../billing/card.js';
import type { Authorization, Receipt } from '../billing/card.js';
import { moneyInWords, moneyShape } from '../../shared/money.js';
import type { NextFault } from '../../shared/services/fault-plan.js';
import { Rejection, serve } from '../../shared/services/http-service.js';
import type { RunningService } from '../../shared/services/http-service.js';
import { Ledger } from '../../shared/services/ledger.js';
import { routesOf } from '../../shared/services/ledger-routes.js';

export type CardFaults = Readonly<Record<'authorize' | 'release' | 'capture' | 'refund', NextFault>>;

const authorizationOrder = z.object({ reference: z.string(), card: cardShape, amount: moneyShape });
const captureOrder = z.object({ authorization: z.string(), amount: moneyShape });
const refundOrder = z.union([z.object({ receipt: z.string() }), z.object({ capturedUnder: z.string() })]);

export interface KeptAuthorization extends Authorization {
  readonly reference: string;
}
export interface KeptCapture extends Receipt {
  readonly reference: string;
}

/** Holds money on cards, takes what is held, gives it back. */
export function openCardGateway(faults: CardFaults): Promise<RunningService> {
  const authorizations = new Ledger<KeptAuthorization>('HOLD');
  const captures = new Ledger<KeptCapture>('RECEIPT');
  const refunds = new Ledger<{ readonly number: string }>('REFUND');

  function capture({ authorization: id, amount }: z.infer<typeof captureOrder>, number: string): KeptCapture {
    const held = authorizations.standing(id);
    const isCovered = amount.currency === held.amount.currency && amount.cents <= held.amount.cents;
    if (!isCovered) throw new Rejection(402, `${moneyInWords(amount)} is more than the ${moneyInWords(held.amount)} that are held`);
    authorizations.strike(id);
    return { number, amount, reference: held.reference };
  }

  return serve([
    ...routesOf(authorizations, {
      path: '/authorizations',
      make: (id, body) => {
        const { reference, amount } = authorizationOrder.parse(body);
        return { id, amount, reference };
      },
      faults: { enter: faults.authorize, strike: faults.release },
      refusal: 'the card is declined',
    }),
    {
      method: 'POST',
      path: '/captures',
      fault: faults.capture,
      refusal: 'the bank says no',
      answer: ({ body, idempotencyKey }) => captures.enter(idempotencyKey, (number) => capture(captureOrder.parse(body), number)),
    },
    {
      method: 'POST',
      path: '/refunds',
      fault: faults.refund,
      answer: ({ body, idempotencyKey }) => {
        const order = refundOrder.parse(body);
        return refunds.enter(idempotencyKey, (number) => {
          if ('receipt' in order) captures.strike(order.receipt);
          else captures.strikeKey(order.capturedUnder);
          return { number };
        });
      },
    },
    { method: 'GET', path: '/captures', answer: () => captures.allStanding() },
  ]);
}
