import { injectable } from 'tsyringe';
import type { KeyedCall } from '../../shared/clients/http-client.js';
import { Mailer } from '../../shared/clients/mailer.js';
import type { Recipient } from '../../shared/clients/mailer.js';
import { moneyInWords } from '../../shared/money.js';
import type { Subscription } from '../billing/subscription.js';
import { ServiceAddresses } from '../clients/service-addresses.js';

/** What a receipt says, and to whom. */
export interface ReceiptOrder {
  readonly reference: string;
  readonly to: Recipient;
  readonly subscription: Subscription;
}

/** Tells people, by mail. */
@injectable()
export class Notifications {
  private readonly mailer: Mailer;

  constructor(addresses: ServiceAddresses) {
    this.mailer = new Mailer(addresses.mailServer, { name: 'Onboarding', domain: 'onboarding.example' });
  }

  receipt({ reference, to, subscription: { id, plan } }: ReceiptOrder, call: KeyedCall): Promise<void> {
    const lines = [`this is the receipt for ${id}: the plan ${plan.name}, at ${moneyInWords(plan.price)} a month.`];
    return this.mailer.send({ to, subject: `Sign-up ${reference}: receipt for ${id}`, lines }, call);
  }

  excuse({ reference, to, subscription: { id } }: ReceiptOrder, call: KeyedCall): Promise<void> {
    const lines = [`we are sorry: the receipt for ${id} is void. Nothing is charged.`];
    return this.mailer.send({ to, subject: `Sign-up ${reference}: excuse for the receipt for ${id}`, lines }, call);
  }
}
