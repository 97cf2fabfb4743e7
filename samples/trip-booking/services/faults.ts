import { z } from 'zod';

/**
 * What a service can be told to do wrong. `refuse`: it says no, for good. `fail`: it answers with an error. `down`: it cannot be reached.
 * `never-answers`: it does the work, and its answer is lost.
 */
export const faultKinds = ['refuse', 'fail', 'down', 'never-answers'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** The services, and what each can be asked for; the first is what a fault hits if it does not say `on`. */
export const operations = {
  rates: ['read'],
  card: ['authorize', 'release', 'capture', 'refund'],
  hotel: ['book', 'cancel'],
  car: ['book', 'cancel'],
  flight: ['book', 'cancel'],
  mail: ['send'],
} as const;
export type Service = keyof typeof operations;

export const faultShape = z
  .strictObject({
    service: z.enum(Object.keys(operations) as Service[]),
    on: z.string().optional(),
    fault: z.enum(faultKinds),
    /** How many requests it hits; left out: every one. */
    times: z.int().min(1).optional(),
  })
  .transform((fault) => ({ ...fault, on: fault.on ?? operations[fault.service][0] }))
  .superRefine(({ service, on }, context) => {
    const possible: readonly string[] = operations[service];
    if (!possible.includes(on)) context.addIssue({ code: 'custom', path: ['on'], message: `must be one of: ${possible.join(', ')}` });
  });
export type Fault = z.output<typeof faultShape>;

const services: Readonly<Record<Service, string>> = {
  rates: 'the rates service',
  card: 'the card gateway',
  hotel: 'the hotel desk',
  car: 'the car desk',
  flight: 'the flight desk',
  mail: 'the mail server',
};
const deeds: Readonly<Record<FaultKind, string>> = {
  refuse: 'refuses',
  fail: 'fails',
  down: 'is down',
  'never-answers': 'does its work, but its answer is lost',
};

/** `the flight desk fails twice`, `the hotel desk (cancel) is down` */
export function faultInWords({ service, on, fault, times }: Fault): string {
  const operation = on === operations[service][0] ? '' : ` (${on})`;
  const howOften = times === undefined ? '' : ` ${['once', 'twice'][times - 1] ?? `${times} times`}`;
  return `${services[service]}${operation} ${deeds[fault]}${howOften}`;
}
