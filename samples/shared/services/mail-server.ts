import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import type { FaultKind } from './faults.js';
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

/**
 * Takes mails by SMTP, and shows them. The same Message-ID is the same mail.
 * @param faultOf what goes wrong with this mail, if anything does
 * @param answerLost called when a mail was taken, and its fault is that the answer is lost
 */
export async function openMailServer(
  faultOf: (mail: Mail) => FaultKind | undefined,
  answerLost: () => void = () => {},
): Promise<RunningMailServer> {
  const received = new Map<string, Mail>();
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onData: (stream, { envelope }, reply) => {
      text(stream).then((source) => {
        const to = envelope.rcptTo.map(({ address }) => address).join(', ');
        const mail: Mail = { to, subject: header(source, 'subject') };
        const fault = faultOf(mail);
        if (fault !== undefined && fault !== 'never-answers') {
          return reply(Object.assign(new Error('not now'), { responseCode: replies[fault] }));
        }
        received.set(header(source, 'message-id'), mail);
        if (fault === 'never-answers') return answerLost();
        reply();
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

function header(source: string, name: string): string {
  const unfolded = source.replace(/\r\n[ \t]+/g, ' '); // RFC 5322, 2.2.3
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? '';
}
