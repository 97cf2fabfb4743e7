import { createTransport } from 'nodemailer';
import type { SendMailOptions } from 'nodemailer';
import { injectable } from 'tsyringe';
import { moneyInWords } from '../billing/money.js';
import type { Booking } from '../clients/booking.js';
import { Refused, Unavailable } from '../clients/failures.js';
import type { KeyedCall } from '../clients/http-client.js';
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
  constructor(private readonly addresses: ServiceAddresses) {}

  confirm(recipient: Recipient, bookings: readonly Booking[], call: KeyedCall): Promise<void> {
    const list = bookings.map(({ ref, item, price }) => `${ref}  ${item}  ${moneyInWords(price)}`);
    return this.send(recipient, 'is booked', list, call);
  }

  apologise(recipient: Recipient, call: KeyedCall): Promise<void> {
    return this.send(recipient, 'could not be booked', ['We are sorry. Nothing was charged.'], call);
  }

  private async send(to: Recipient, news: string, lines: readonly string[], { signal, idempotencyKey }: KeyedCall): Promise<void> {
    const mail: SendMailOptions = {
      from: 'Trips <desk@trips.example>',
      to: { name: to.traveller, address: to.email },
      subject: `Your trip ${to.reference} ${news}`,
      text: [`Dear ${to.traveller},`, `your trip ${news}.`, ...lines].join('\n'),
      // SMTP knows no idempotency keys; a Message-ID comes near: who gets the same one twice shows one mail.
      messageId: `<${encodeURIComponent(idempotencyKey)}@trips.example>`,
      signal,
    };
    try {
      await createTransport({ url: this.addresses.mailServer, name: 'trips.example' }).sendMail(mail);
    } catch (error) {
      throw signal.aborted ? error : inOurWords(error);
    }
  }
}

/** SMTP replies of 500 and more are final (RFC 5321, 4.2.1); all else may pass. */
function inOurWords(cause: unknown): Error {
  const code = cause instanceof Error && 'responseCode' in cause ? Number(cause.responseCode) : 0;
  if (code >= 500) return new Refused(`the mail server refuses (SMTP ${code})`, { cause });
  return new Unavailable(code > 0 ? `the mail server fails (SMTP ${code})` : 'the mail server cannot be reached', { cause });
}
