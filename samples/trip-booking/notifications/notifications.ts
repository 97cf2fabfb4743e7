import { injectable } from 'tsyringe';
import type { KeyedCall } from '../../shared/clients/http-client.js';
import { Mailer } from '../../shared/clients/mailer.js';
import { moneyInWords } from '../../shared/money.js';
import type { Booking } from '../clients/booking.js';
import { ServiceAddresses } from '../clients/service-addresses.js';

/** Whom to write to. */
export interface Recipient {
  readonly reference: string;
  readonly traveller: string;
  readonly email: string;
}

/** Tells the traveller, by mail. */
@injectable()
export class Notifications {
  private readonly mailer: Mailer;

  constructor(addresses: ServiceAddresses) {
    this.mailer = new Mailer(addresses.mailServer, { name: 'Trips', domain: 'trips.example' });
  }

  confirm(recipient: Recipient, bookings: readonly Booking[], call: KeyedCall): Promise<void> {
    const list = bookings.map(({ ref, item, price }) => `${ref}  ${item}  ${moneyInWords(price)}`);
    return this.send(recipient, 'is booked', list, call);
  }

  apologise(recipient: Recipient, call: KeyedCall): Promise<void> {
    return this.send(recipient, 'could not be booked', ['We are sorry. Nothing was charged.'], call);
  }

  private send({ reference, traveller: name, email }: Recipient, news: string, list: readonly string[], call: KeyedCall): Promise<void> {
    const letter = { to: { name, email }, subject: `Your trip ${reference} ${news}`, lines: [`your trip ${news}.`, ...list] };
    return this.mailer.send(letter, call);
  }
}
