import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import type { NextFault } from './fault-plan.js';
import { serve } from './http-service.js';
import type { RunningService } from './http-service.js';

export interface Mail {
  readonly to: string;
  readonly subject: string;
}

export interface RunningMailServer extends RunningService {
  /** Where one can read over HTTP what arrived. */
  readonly mailbox: string;
}

const replies = { refuse: 550, fail: 451, down: 421 } as const;

/** Takes mails by SMTP, and shows them. The same Message-ID is the same mail. */
export async function openMailServer(faults: { readonly send: NextFault }): Promise<RunningMailServer> {
  const received = new Map<string, Mail>();
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData: (stream, { envelope }, reply) => {
      text(stream).then((mail) => {
        const fault = faults.send();
        if (fault !== undefined && fault !== 'never-answers') {
          return reply(Object.assign(new Error('not now'), { responseCode: replies[fault] }));
        }
        const to = envelope.rcptTo.map(({ address }) => address).join(', ');
        received.set(header(mail, 'message-id'), { to, subject: header(mail, 'subject') });
        if (fault === undefined) reply();
      }, reply);
    },
  });
  // A sender that hangs up while it waits for the reply is no news here.
  smtp.on('error', () => undefined);
  await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', listening));
  const mailbox = await serve([{ method: 'GET', path: '/mails', answer: () => [...received.values()] }]);
  return {
    address: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`,
    mailbox: mailbox.address,
    close: async () => {
      await mailbox.close();
      await new Promise<void>((closed) => smtp.close(closed));
    },
  };
}

function header(mail: string, name: string): string {
  const unfolded = mail.replace(/\r\n[ \t]+/g, ' '); // RFC 5322, 2.2.3
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? '';
}
