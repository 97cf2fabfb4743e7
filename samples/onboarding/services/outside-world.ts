// Real servers that know nothing of sagas. What they are to do wrong is said to them from here and not by the requests, as in life.

import { FaultPlan } from '../../shared/services/fault-plan.js';
import type { RunningService } from '../../shared/services/http-service.js';
import { openMailServer } from '../../shared/services/mail-server.js';
import type { Mail } from '../../shared/services/mail-server.js';
import type { ServiceAddresses } from '../clients/service-addresses.js';
import { openBillingService } from './billing-service.js';
import { openDeliveryService } from './delivery-service.js';
import type { Fault, services } from './faults.js';
import { openPostgres } from './postgres.js';

export interface OutsideWorld {
  readonly addresses: ServiceAddresses;
  /** `postgres://…` */
  readonly database: string;
  /** From now on the services do these things wrong, and no others. `answerLost` is called whenever the answer to a request is lost. */
  play(faults: readonly Fault[], answerLost?: () => void): void;
  close(): Promise<void>;
}

/**
 * Starts every service that a sign-up needs: real servers, each on a free port of this machine.
 * @param openDatabase opens the database; left out, that is a server of its own, too
 */
export async function openOutsideWorld(openDatabase: () => Promise<RunningService> = openPostgres): Promise<OutsideWorld> {
  const faults = new FaultPlan<typeof services>();
  let whenAnswerIsLost = (): void => {};
  const answerLost = (): void => whenAnswerIsLost();

  const running: RunningService[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map((service) => service.close()));
  };
  async function started<S extends RunningService>(starting: Promise<S>): Promise<S> {
    const service = await starting;
    running.push(service);
    return service;
  }

  try {
    const billing = await started(
      openBillingService(
        {
          plans: faults.of('billing', 'plans'),
          subscribe: faults.of('billing', 'subscribe'),
          unsubscribe: faults.of('billing', 'unsubscribe'),
        },
        answerLost,
      ),
    );
    const delivery = await started(
      openDeliveryService({ schedule: faults.of('delivery', 'schedule'), cancel: faults.of('delivery', 'cancel') }, answerLost),
    );
    const mail = await started(openMailServer((letter) => faults.of('mail', kindOf(letter))(), answerLost));
    const database = await started(openDatabase());
    return {
      addresses: { billing: billing.address, delivery: delivery.address, mailServer: mail.address, mailbox: mail.mailbox },
      database: database.address,
      play: (planned, callback = () => {}) => {
        faults.play(planned);
        whenAnswerIsLost = callback;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function kindOf({ to, subject }: Mail): 'receipt' | 'bookkeeping' | 'excuse' {
  if (subject.includes('excuse')) return 'excuse';
  return to.startsWith('books@') ? 'bookkeeping' : 'receipt';
}
