import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { NextFault } from './fault-plan.js';

/** Says no to a request: the caller did something wrong, or asks too much. */
export class Rejection extends Error {
  constructor(
    readonly status: number,
    problem: string,
  ) {
    super(problem);
  }
}

/** A request, as far as a route cares. */
export interface Asked {
  /** What stands in the path where the route has a `:`. */
  readonly id: string;
  readonly body: unknown;
  /** Every POST has one. */
  readonly idempotencyKey: string;
}

/** One thing that a service can be asked for. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** A last segment of `:` takes anything. */
  readonly path: string;
  /** Returns what is answered, as JSON. @throws Rejection */
  readonly answer: (asked: Asked) => unknown;
  readonly fault?: NextFault;
  /** What it says when its fault is to refuse. */
  readonly refusal?: string;
  /** Called when the caller hung up before the answer was out. */
  readonly unheard?: (asked: Asked) => void;
}

export interface RunningService {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves the routes on a free port of this machine.
 * @param answerLost called when a request was worked on, and its fault is that the answer is lost
 */
export async function serve(routes: readonly Route[], answerLost: () => void = () => {}): Promise<RunningService> {
  const server = createServer((request, response) => void respond(routes, request, response, answerLost));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        // Callers keep their connections for the next request, and some wait for an answer that will never come.
        server.closeAllConnections();
      }),
  };
}

async function respond(
  routes: readonly Route[],
  incoming: IncomingMessage,
  response: ServerResponse,
  answerLost: () => void,
): Promise<void> {
  try {
    const { route, id } = find(routes, incoming);
    const fault = route.fault?.();
    if (fault === 'down') return void incoming.socket.destroy();
    if (fault === 'fail') return send(response, 503, { problem: 'something broke' });
    if (fault === 'refuse') throw new Rejection(422, route.refusal ?? 'not today');
    const asked: Asked = { id, body: await bodyOf(incoming), idempotencyKey: keyOf(incoming) };
    const answer = route.answer(asked);
    response.once('close', () => {
      if (!response.writableFinished) route.unheard?.(asked);
    });
    if (fault === 'never-answers') return answerLost();
    send(response, answer === undefined ? 204 : 200, answer);
  } catch (error) {
    if (error instanceof Rejection) send(response, error.status, { problem: error.message });
    else if (error instanceof z.ZodError) send(response, 400, { problem: z.prettifyError(error) });
    else send(response, 500, { problem: String(error) });
  }
}

function find(routes: readonly Route[], { method, url = '' }: IncomingMessage): { route: Route; id: string } {
  for (const route of routes) {
    const id = route.method === method ? idIn(url, route.path) : undefined;
    if (id !== undefined) return { route, id };
  }
  throw new Rejection(404, `nothing is served at ${method} ${url}`);
}

/** What the URL has for the `:` of the path, nothing if the path has none; `undefined` if it is not of this path. */
function idIn(url: string, path: string): string | undefined {
  if (!path.endsWith(':')) return url === path ? '' : undefined;
  const folder = path.slice(0, -1);
  const id = url.startsWith(folder) ? url.slice(folder.length) : undefined;
  return id?.includes('/') ? undefined : id && decodeURIComponent(id);
}

async function bodyOf(incoming: IncomingMessage): Promise<unknown> {
  return incoming.method === 'POST' ? json(incoming) : undefined;
}

function keyOf({ method, headers }: IncomingMessage): string {
  const key = headers['idempotency-key'];
  if (typeof key === 'string') return key;
  if (method === 'POST') throw new Rejection(400, 'a POST needs an idempotency-key');
  return '';
}

function send(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
