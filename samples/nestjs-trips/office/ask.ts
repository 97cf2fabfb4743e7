import type { Instance } from './instance.js';

export interface Question {
  /** @defaultValue none: nobody says for whom it is asked */
  readonly tenant?: string;
  readonly body?: object;
  readonly idempotencyKey?: string;
}

export interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly body: unknown;
}

/** Asks an instance over HTTP: `ask(instance, 'POST /trips', { tenant: 'acme', body })`. */
export async function ask({ url }: Instance, what: string, { tenant, body, idempotencyKey }: Question = {}): Promise<Answer> {
  const [method = '', path = ''] = what.split(' ');
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(tenant !== undefined && { 'x-tenant': tenant }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, location: response.headers.get('location'), body: await response.json() };
}
