import * as shared from '../../shared/services/faults.js';

/** Mails to our bookkeeping are told apart from those to the customer. */
export const services = {
  billing: { name: 'the billing service', operations: ['subscribe', 'unsubscribe', 'plans'] },
  delivery: { name: 'the delivery service', operations: ['schedule', 'cancel'] },
  mail: { name: 'the mail server', operations: ['receipt', 'bookkeeping', 'excuse'] },
} as const satisfies shared.Services;

export const faultShape = shared.faultShapeFor(services);
export type Fault = shared.Fault<keyof typeof services>;

export const faultInWords = (fault: Fault): string => shared.faultInWords(services, fault);
