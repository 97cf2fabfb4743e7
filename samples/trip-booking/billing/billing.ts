import { injectable } from 'tsyringe';
import { z } from 'zod';
import type { Booking } from '../clients/booking.js';
import { HttpClient } from '../../shared/clients/http-client.js';
import type { Call, KeyedCall } from '../../shared/clients/http-client.js';
import { ServiceAddresses } from '../clients/service-addresses.js';
import { authorizationShape, receiptShape } from './card.js';
import type { Authorization, Card, Receipt } from './card.js';
import type { Currency, Money } from '../../shared/money.js';
import { ratesShape, total } from './rates.js';
import type { Rates } from './rates.js';

/** What billing must know of a trip. */
export interface Bill {
  readonly reference: string;
  readonly card: Card;
  readonly currency: Currency;
  /** The most that the trip may cost, in `currency`. */
  readonly budget: number;
}

/** What a trip cost, and by which rates that is told in one currency. */
export interface Cost {
  readonly rates: Rates;
  readonly bookings: readonly Booking[];
}

const refundShape = z.object({ number: z.string() });

/** Holds, takes and gives back the traveller's money, and knows what foreign money is worth. */
@injectable()
export class Billing {
  private readonly rates: HttpClient;
  private readonly cards: HttpClient;
  private readonly lastHeard = new Map<Currency, Rates>();

  constructor(addresses: ServiceAddresses) {
    this.rates = new HttpClient('the rates service', addresses.rates);
    this.cards = new HttpClient('the card gateway', addresses.cards);
  }

  async latestRates(currency: Currency, call: Call): Promise<Rates> {
    const rates = await this.rates.get(`/rates/${currency}`, ratesShape, call);
    this.lastHeard.set(currency, rates);
    return rates;
  }

  lastKnownRates(currency: Currency): Rates {
    const rates = this.lastHeard.get(currency);
    if (!rates) throw new Error(`no rates for ${currency} were ever heard of`);
    return rates;
  }

  /** Holds the whole budget: what the trip will cost is not known yet. */
  authorize({ reference, card, currency, budget }: Bill, call: KeyedCall): Promise<Authorization> {
    const amount: Money = { cents: Math.round(budget * 100), currency };
    return this.cards.post('/authorizations', { reference, card, amount }, authorizationShape, call);
  }

  release(authorization: Authorization, call: Call): Promise<void> {
    return this.cards.delete(`/authorizations/${authorization.id}`, call);
  }

  releaseByKey(key: string, call: Call): Promise<void> {
    return this.cards.delete(`/authorizations/by-key/${encodeURIComponent(key)}`, call);
  }

  capture(authorization: Authorization, { rates, bookings }: Cost, call: KeyedCall): Promise<Receipt> {
    const amount = total(rates, bookings.map((booking) => booking.price));
    return this.cards.post('/captures', { authorization: authorization.id, amount }, receiptShape, call);
  }

  async refund(receipt: Receipt, call: KeyedCall): Promise<void> {
    await this.cards.post('/refunds', { receipt: receipt.number }, refundShape, call);
  }

  async refundByKey(key: string, call: KeyedCall): Promise<void> {
    await this.cards.post('/refunds', { capturedUnder: key }, refundShape, call);
  }
}
