import { describe, expect, it } from 'vitest';
import { runScript } from './sample-script.js';

const killedOnTheWay = `\
Four days in Lisbon, for Inês Duarte
     1 → exchange rates  fixing 1: 1 EUR buys 1.08 USD, 0.85 GBP, 0.95 CHF
     2 → authorization   HOLD-1: up to 1,500.00 EUR are held on the card
         ✗ the process is killed, with SIGKILL; another is started, and takes over
         nobody knows whether this was done, hotel: it is asked for again, under the same key
         nobody knows whether this was done, car: it is asked for again, under the same key
         nobody knows whether this was done, flight: it is asked for again, under the same key
  ┌  1 → hotel           HOTEL-1: Pensão Amor, 4 nights, 520.00 EUR
  │  2 → car             CAR-1: Fiat Panda, 2 days, 108.00 USD
  └  3 → flight          FLIGHT-1: LHR to LIS, 1 seat, 187.00 GBP
     4 → confirmation    the traveller is told
     5 → charge          RECEIPT-1: 840.00 EUR are taken from the card
  Booked, for 840.00 EUR.
`;

const killedOnTheWayBack = `\
         turning back
     6 ← flight          FLIGHT-2 is cancelled
         ✗ the process is killed, with SIGKILL; another is started, and takes over
         nobody knows whether this was undone, hotel: it is undone again, under the same key
     1 ← hotel           HOTEL-2 is cancelled
     2 ← authorization   HOLD-2 is released
  Not booked, and everything is undone.
`;

describe('npm start -- --durable', () => {
  it('goes on with what the process that was killed had begun, and leaves nothing behind', async () => {
    const { code, output, errors } = await runScript('start', ['--durable']);
    expect(errors).toBe('');
    expect(output).toContain(killedOnTheWay);
    expect(output).toContain(killedOnTheWayBack);
    expect(output).toContain('Nothing is left behind.');
    expect(code).toBe(0);
  });
});
