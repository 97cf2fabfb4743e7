import { HttpException, HttpStatus, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Call, KeyedCall } from '../../shared/clients/http-client.js';
import type { Money } from '../../shared/money.js';
import { authorizationShape, receiptShape } from '../../trip-booking/billing/card.js';
import type { Authorization, Card, Receipt } from '../../trip-booking/billing/card.js';
import { Settings } from '../settings.js';
import { Tenant } from '../tenancy/tenant.js';
import { Desk } from './desk.js';

const path = '/authorizations';
const refundShape = z.object({ number: z.string() });

/** Holds money on cards, takes what is held, gives it back. */
@Injectable()
export class CardGateway {
  private readonly desk: Desk;

  constructor(settings: Settings, tenant: Tenant) {
    this.desk = new Desk('the card gateway', settings.cards, tenant, (problem) => new HttpException(problem, HttpStatus.PAYMENT_REQUIRED));
  }

  authorize(reference: string, card: Card, amount: Money, call: KeyedCall): Promise<Authorization> {
    return this.desk.post(path, { reference, card, amount }, authorizationShape, call);
  }

  release(authorization: Authorization, call: Call): Promise<void> {
    return this.desk.delete(`${path}/${authorization.id}`, call);
  }

  releaseByKey(key: string, call: Call): Promise<void> {
    return this.desk.deleteByKey(path, key, call);
  }

  capture(authorization: Authorization, amount: Money, call: KeyedCall): Promise<Receipt> {
    return this.desk.post('/captures', { authorization: authorization.id, amount }, receiptShape, call);
  }

  async refund(receipt: Receipt, call: KeyedCall): Promise<void> {
    await this.desk.post('/refunds', { receipt: receipt.number }, refundShape, call);
  }

  async refundByKey(key: string, call: KeyedCall): Promise<void> {
    await this.desk.post('/refunds', { capturedUnder: key }, refundShape, call);
  }
}
