import { z } from 'zod';

/**
 * What a service can be told to do wrong. `refuse`: it says no, for good. `fail`: it answers with an error. `down`: it cannot be reached.
 * `never-answers`: it does the work, and its answer is lost.
 */
export const faultKinds = ['refuse', 'fail', 'down', 'never-answers'] as const;
export type FaultKind = (typeof faultKinds)[number];

/** The services of a sample. */
export type Services = Readonly<Record<string, ServiceEntry>>;
interface ServiceEntry {
  /** As it is called in sentences: `the hotel desk`. */
  readonly name: string;
  /** What it can be asked for; the first is what a fault hits if it does not say `on`. */
  readonly operations: readonly [string, ...string[]];
}

export interface Fault<Service extends string = string> {
  readonly service: Service;
  readonly on: string;
  readonly fault: FaultKind;
  /** How many requests it hits; left out: every one. */
  readonly times?: number | undefined;
}

/** What a user may write for a fault of one of these services. */
export function faultShapeFor<S extends Services>(services: S): z.ZodType<Fault<keyof S & string>> {
  return z
    .strictObject({
      service: z.enum(Object.keys(services) as (keyof S & string)[]),
      on: z.string().optional(),
      fault: z.enum(faultKinds),
      times: z.int().min(1).optional(),
    })
    .transform(({ service, on, ...fault }) => ({ service, on: on ?? services[service]!.operations[0], ...fault }))
    .superRefine(({ service, on }, context) => {
      const { operations } = services[service]!;
      if (!operations.includes(on)) context.addIssue({ code: 'custom', path: ['on'], message: `must be one of: ${operations.join(', ')}` });
    });
}

const deeds: Readonly<Record<FaultKind, string>> = {
  refuse: 'refuses',
  fail: 'fails',
  down: 'is down',
  'never-answers': 'does its work, but its answer is lost',
};

/** `the flight desk fails twice`, `the hotel desk (cancel) is down` */
export function faultInWords<S extends Services>(services: S, { service, on, fault, times }: Fault<keyof S & string>): string {
  const { name, operations } = services[service]!;
  const operation = on === operations[0] ? '' : ` (${on})`;
  const howOften = times === undefined ? '' : ` ${['once', 'twice'][times - 1] ?? `${times} times`}`;
  return `${name}${operation} ${deeds[fault]}${howOften}`;
}
