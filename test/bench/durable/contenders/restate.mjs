// The server, the endpoint with the handler, and the client that calls it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as restate from '@restatedev/restate-sdk';
import { connect } from '@restatedev/restate-sdk-clients';
import { serve } from '../serve.ts';
import { book, bookOrFail, cancel } from '../work.ts';

const startsWithinMs = 30_000;
const [, , folder] = process.argv;

const trips = restate.service({
  name: 'trips',
  handlers: {
    book: async (ctx, shape) => {
      const bookings = [];
      try {
        for (const step of [1, 2, 3, 4]) bookings.push(await ctx.run(`book ${step}`, () => book(step)));
        bookings.push(await ctx.run('book 5', () => bookOrFail(5, shape).catch(failForGood)));
        return bookings;
      } catch (error) {
        for (const booking of bookings.reverse()) await ctx.run(`cancel ${booking.ref}`, () => cancel(booking));
        throw error;
      }
    },
  },
});

const [ingressPort, adminPort, nodePort, endpointPort] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
const server = spawn(process.execPath, [createRequire(import.meta.url).resolve('@restatedev/restate-server/lib/index.js')], {
  cwd: folder,
  stdio: 'ignore',
  env: {
    ...process.env,
    RESTATE_DISABLE_TELEMETRY: 'true',
    RESTATE_BASE_DIR: folder,
    RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_BIND_IP: '127.0.0.1',
    RESTATE_BIND_PORT: String(nodePort),
    RESTATE_INGRESS__BIND_PORT: String(ingressPort),
    RESTATE_ADMIN__BIND_PORT: String(adminPort),
  },
});
await restate.serve({ services: [trips], port: endpointPort, logger: () => {} });
await registered(`http://127.0.0.1:${adminPort}/deployments`, { uri: `http://127.0.0.1:${endpointPort}` });
const client = connect({ url: `http://127.0.0.1:${ingressPort}` }).serviceClient({ name: 'trips' });

serve({
  run: async (shape) => {
    const end = await client.book(shape).then(() => 'happy', () => 'failing');
    if (end !== shape) throw new Error(`a ${shape} invocation ended ${end}`);
  },
  close: async () => {
    server.kill();
    await once(server, 'exit');
  },
});

/** A failed step is repeated, until it fails with such an error. */
function failForGood(error) {
  throw new restate.TerminalError(error.message);
}

/** Resolves once the server has come up and knows the endpoint. */
async function registered(url, deployment) {
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(deployment) };
  for (const untilMs = performance.now() + startsWithinMs; ; await sleep(100)) {
    const response = await fetch(url, request).catch(() => null);
    if (response?.ok === true) return;
    if (performance.now() >= untilMs) throw new Error(`Restate did not start: ${response?.status}`);
  }
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
