import { z } from 'zod';
import { Refused, Unavailable } from './failures.js';

/** What every call to another service carries. */
export interface Call {
  /** Aborted when nobody waits for the answer any longer. */
  readonly signal: AbortSignal;
}

/** A call that makes something. */
export interface KeyedCall extends Call {
  /** The same for every repetition of one request, so that the service does the work once. */
  readonly idempotencyKey: string;
}

type Sent = Omit<RequestInit, 'headers'> & Call & { readonly headers?: Readonly<Record<string, string>> };

const refusal = z.object({ problem: z.string() });

/** Speaks JSON to one service, and tells a refusal (4xx) from a failure (5xx, no connection). */
export class HttpClient {
  /**
   * @param service as it is called in sentences: `the hotel desk`
   * @param headers of every request
   */
  constructor(
    private readonly service: string,
    private readonly baseUrl: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  async get<T>(path: string, shape: z.ZodType<T>, { signal }: Call): Promise<T> {
    return shape.parse(await this.send(path, { method: 'GET', signal }));
  }

  async post<T>(path: string, body: object, shape: z.ZodType<T>, { signal, idempotencyKey }: KeyedCall): Promise<T> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
    return shape.parse(await this.send(path, { method: 'POST', signal, headers, body: JSON.stringify(body) }));
  }

  async delete(path: string, { signal }: Call): Promise<void> {
    await this.send(path, { method: 'DELETE', signal });
  }

  private async send(path: string, request: Sent): Promise<unknown> {
    const { status, text } = await this.exchange(path, request);
    if (status >= 500) throw new Unavailable(`${this.service} fails (HTTP ${status})`);
    const answer: unknown = text ? JSON.parse(text) : undefined;
    if (status >= 400) throw new Refused(`${this.service} refuses: ${refusal.parse(answer).problem}`);
    return answer;
  }

  private async exchange(path: string, request: Sent): Promise<{ status: number; text: string }> {
    try {
      const response = await fetch(`${this.baseUrl}${path}`, { ...request, headers: { ...this.headers, ...request.headers } });
      return { status: response.status, text: await response.text() };
    } catch (cause) {
      throw request.signal.aborted ? cause : new Unavailable(`${this.service} cannot be reached`, { cause });
    }
  }
}
