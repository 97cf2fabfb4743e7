import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { RunningService } from '../../shared/services/http-service.js';

/** A request that asked a service to make or undo something. */
export interface Visit {
  /** `POST /bookings` */
  readonly what: string;
  readonly key: string | undefined;
  readonly tenant: string | undefined;
}

/** An answer that is kept waiting. */
export interface HeldAnswer {
  /** Resolves when the service has done what it was asked for. */
  readonly isDue: Promise<void>;
  letGo(): void;
}

/** Stands before a service: writes down who comes, and can keep them waiting. */
export interface Gate extends RunningService {
  /** In order. */
  readonly visits: readonly Visit[];
  /** Keeps the next answer to such a request, `POST`, say; none that is a refusal. */
  hold(method: 'POST' | 'DELETE'): HeldAnswer;
}

type Hold = (release: () => void) => void;

export async function openGate(service: RunningService): Promise<Gate> {
  const visits: Visit[] = [];
  const holds = { POST: [] as Hold[], DELETE: [] as Hold[] };

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const [key, tenant] = [headers['idempotency-key'], headers['x-tenant']].map((value) => (typeof value === 'string' ? value : undefined));
    if (method !== 'GET') visits.push({ what: `${method} ${url}`, key, tenant });
    const body = await text(incoming);
    const answer = await fetch(`${service.address}${url}`, {
      method,
      headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
      ...(method === 'POST' && { body }),
    });
    const said = await answer.text();
    const hold = answer.ok && (method === 'POST' || method === 'DELETE') ? holds[method].shift() : undefined;
    if (hold !== undefined) await new Promise<void>(hold);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(said);
  }

  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy()); // the service is down, and so is its gate
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visits,
    hold: (method) => {
      let letGo!: () => void;
      const isReleased = new Promise<void>((resolve) => (letGo = resolve));
      const isDue = new Promise<void>((due) => {
        holds[method].push((release) => {
          due();
          void isReleased.then(release);
        });
      });
      return { isDue, letGo };
    },
    close: async () => {
      await new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      });
      await service.close();
    },
  };
}
