import { createTransport } from 'nodemailer';
import { Refused, Unavailable } from './failures.js';
import type { KeyedCall } from './http-client.js';

export interface Recipient {
  readonly name: string;
  readonly email: string;
}

export interface Letter {
  readonly to: Recipient;
  readonly subject: string;
  /** What stands below `Dear …,`. */
  readonly lines: readonly string[];
}

/** Sends mails by SMTP, and tells a refusal from a failure. */
export class Mailer {
  /**
   * @param server `smtp://…`
   * @param sender its name and its domain: `Trips`, `trips.example`
   */
  constructor(
    private readonly server: string,
    private readonly sender: { readonly name: string; readonly domain: string },
  ) {}

  async send({ to, subject, lines }: Letter, { signal, idempotencyKey }: KeyedCall): Promise<void> {
    const { name, domain } = this.sender;
    try {
      await createTransport({ url: this.server, name: domain }).sendMail({
        from: `${name} <desk@${domain}>`,
        to: { name: to.name, address: to.email },
        subject,
        text: [`Dear ${to.name},`, ...lines].join('\n'),
        // SMTP knows no idempotency keys; a Message-ID comes near: who gets the same one twice shows one mail.
        messageId: `<${encodeURIComponent(idempotencyKey)}@${domain}>`,
        signal,
      });
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
